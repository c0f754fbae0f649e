import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client, unwrap, type Schemas } from '@/api/client'

export type TriggerState = Schemas['TriggerState']

const statesQuery = (app: string) =>
  queryOptions({
    queryKey: ['triggerStates', app],
    queryFn: () =>
      unwrap(client.GET('/applications/{application}/triggers', { params: { path: { application: app } } })),
    staleTime: 10_000,
    refetchInterval: 30_000,
  })

const none: readonly TriggerState[] = []

/** What the triggers of an application's pipelines started last and when they fire next, by pipeline. */
export function useTriggerStates(app: string): (pipelineId: string) => readonly TriggerState[] {
  const { data } = useQuery(statesQuery(app))
  const by = useMemo(() => {
    const out = new Map<string, TriggerState[]>()
    for (const s of data ?? []) out.set(s.pipelineId, [...(out.get(s.pipelineId) ?? []), s])
    return out
  }, [data])
  return (id) => by.get(id) ?? none
}
