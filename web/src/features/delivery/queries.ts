import { queryOptions } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from '@/api/client'

export type Source = Schemas['EventSource']
export type Dead = Schemas['DeadMessage']
export type Waiting = Schemas['WaitingMessage']

const often = { refetchInterval: 5000, staleTime: 2000 }

export const sourcesQuery = queryOptions({
  queryKey: ['delivery', 'sources'],
  queryFn: () => unwrap(client.GET('/triggers/sources')),
  ...often,
})

export const deadQuery = queryOptions({
  queryKey: ['delivery', 'dead'],
  queryFn: () => unwrap(client.GET('/outbox')),
  ...often,
})

export const waitingQuery = queryOptions({
  queryKey: ['delivery', 'waiting'],
  queryFn: () => unwrap(client.GET('/outbox/queue')),
  ...often,
})
