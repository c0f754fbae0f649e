import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { newestFirst } from '@/lib/order'
import { client, unwrap } from './client'
import { useLive } from './live'
import type { Schemas } from './client'
import { executionQuery, keys, stageQuery, type Execution, type StageOutline, type Summary } from './queries'

/** How many executions of each pipeline a list begins with. */
export const perPipeline = 5

export function withChange(list: readonly Summary[], changed: Summary): Summary[] {
  const at = list.findIndex((e) => e.id === changed.id)
  if (at < 0) return [changed, ...list].sort(newestFirst)
  return list.map((e, i) => (i === at ? changed : e))
}

/** A listed execution in the shape that live lists have. */
export function summaryOf(e: Execution | Schemas['Execution']): Summary {
  const user = (e.authentication as { user?: unknown } | undefined)?.user
  return {
    ...e,
    triggerType: e.trigger?.type,
    user: typeof user === 'string' && user !== 'anonymous' ? user : undefined,
    stages: e.stages ?? [],
  } as Summary
}

async function list(app: string, limit: number): Promise<Summary[]> {
  if (app === '*') return []
  const found = await unwrap(
    client.GET('/applications/{application}/pipelines', {
      params: { path: { application: app }, query: { limit, expand: false } },
    }),
  )
  return found.map(summaryOf).sort(newestFirst)
}

/**
 * useExecutions is an application's executions, live; "*" is what is active in all
 * applications. The stream brings them; only where it breaks they are asked for, so
 * that an error can say what is wrong.
 */
export function useExecutions(app: string, limit = perPipeline): UseQueryResult<Summary[]> {
  const queries = useQueryClient()
  const key = keys.executions(app, limit)
  // Each change comes as a whole; thousands need not be compared to find it.
  const query = useQuery({
    queryKey: key,
    queryFn: () => list(app, limit),
    enabled: false,
    staleTime: Infinity,
    structuralSharing: false,
  })
  const set = (change: (before: Summary[]) => Summary[]) => {
    queries.setQueryData<Summary[]>(key, (before) => change(before ?? []))
  }
  useLive(`/applications/${app === '*' ? '*' : encodeURIComponent(app)}/executions/stream?limit=${limit}`, {
    snapshot: (data) => {
      set(() => [...(data as Summary[])].sort(newestFirst))
    },
    execution: (data) => {
      const changed = data as Summary
      set((before) => withChange(before, changed))
    },
    deleted: (data) => {
      const { id } = data as { id: string }
      set((before) => before.filter((e) => e.id !== id))
    },
    broken: () => {
      if (!queries.getQueryData(key)) void query.refetch()
    },
  })
  return query
}

/** useExecution is one execution of a pipeline, live. */
export function useExecution(id: string): UseQueryResult<Execution> {
  const queries = useQueryClient()
  const query = useQuery(executionQuery(id))
  const set = (data: unknown) => {
    queries.setQueryData(keys.execution(id), data as Execution)
  }
  useLive(query.isError ? undefined : `/pipelines/${encodeURIComponent(id)}/outline/stream`, {
    snapshot: set,
    execution: set,
    deleted: () => void query.refetch(),
  })
  return query
}

/** The stages that the engine has added to a stage, and to those in turn. */
export function descendants<S extends { id: string; parentStageId?: string }>(
  stages: readonly S[],
  id: string,
): S[] {
  return stages
    .filter((s) => s.parentStageId === id && s.id !== id)
    .flatMap((child) => [child, ...descendants(stages, child.id)])
}

/** What changes with anything in a stage or in those below it. */
export function versionOf(stages: readonly StageOutline[], id: string): string {
  return [stages.find((s) => s.id === id), ...descendants(stages, id)].map((s) => s?.digest).join('.')
}

/** useStage is a stage with those below it, whole, and asked for again as they change. */
export function useStage(
  execution: Pick<Execution, 'id' | 'stages'>,
  stageId: string,
): UseQueryResult<Schemas['StageDetail']> {
  return useQuery({
    ...stageQuery(execution.id, stageId, versionOf(execution.stages, stageId)),
    placeholderData: keepPreviousData,
  })
}
