import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useExecutions } from '@/api/executions'
import type { Summary } from '@/api/queries'
import { runsQuery, type RunFilter } from '@/api/runs'

/** Runs of any age that the server finds; those that are active now are kept up to date. */
export function useRuns(filter: RunFilter) {
  const query = useInfiniteQuery({
    ...runsQuery(filter),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })
  const active = useExecutions('*')
  const runs = useMemo(() => {
    const now = new Map((active.data ?? []).map((e) => [e.id, e]))
    return query.data?.pages.flatMap((page) => page.runs.map((run): Summary => now.get(run.id) ?? run))
  }, [query.data, active.data])
  return { ...query, runs }
}
