import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from '@/api/client'
import type { EventFilter } from './filter'

export type TriggerEvent = Schemas['TriggerEvent']
export type Decision = Schemas['TriggerDecision']

const page = 50

/** The events, newest first, as many pages as were asked for. */
export const eventsQuery = (filter: EventFilter) =>
  infiniteQueryOptions({
    queryKey: ['events', filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/triggers/events', {
          params: { query: { ...filter, limit: page, ...(pageParam ? { before: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => (last.length < page ? undefined : last.at(-1)?.id),
    staleTime: 5000,
  })

/** The events that are newer than one. */
export const newerQuery = (filter: EventFilter, after: string | undefined) =>
  queryOptions({
    queryKey: ['events', filter, 'after', after ?? ''],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/triggers/events', {
          params: { query: { ...filter, limit: 100, ...(after ? { after } : {}) } },
          signal,
        }),
      ),
    refetchInterval: 4000,
    staleTime: 0,
    gcTime: 0,
  })

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: () => unwrap(client.GET('/triggers/events/{id}', { params: { path: { id } } })),
    staleTime: 5000,
  })

/** What would become of an event if it were replayed now. */
export const replayQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id, 'replay'],
    queryFn: () =>
      unwrap(
        client.POST('/triggers/events/{id}/replay', { params: { path: { id }, query: { dryRun: true } } }),
      ),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
