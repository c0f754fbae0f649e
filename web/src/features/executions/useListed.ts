import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useExecutions } from '@/api/executions'
import { runsQuery } from '@/api/runs'
import type { ExecutionsSearch } from '@/app/search'
import { filterOf, merged } from './runFilter'

/**
 * The executions that a list shows, live. By pipeline they are the newest of each; in
 * the other views the server finds them, as far back as is asked for.
 */
export function useListed(app: string, search: ExecutionsSearch, limit: number) {
  const newest = useExecutions(app, limit)
  const reaches = search.group !== undefined
  const filter = useMemo(() => ({ application: app, ...filterOf(search) }), [app, search])
  const found = useInfiniteQuery({
    ...runsQuery(filter),
    enabled: reaches,
    placeholderData: keepPreviousData,
  })
  const data = useMemo(() => {
    if (!reaches) return newest.data
    return (
      found.data &&
      merged(
        found.data.pages.flatMap((p) => p.runs),
        newest.data ?? [],
        search,
        found.hasNextPage,
      )
    )
  }, [reaches, newest.data, found.data, found.hasNextPage, search])
  return {
    data,
    error: newest.error ?? (reaches ? found.error : null),
    refetch: () => {
      void newest.refetch()
      if (reaches) void found.refetch()
    },
    older:
      reaches && found.hasNextPage
        ? { load: () => void found.fetchNextPage(), loading: found.isFetchingNextPage }
        : undefined,
  }
}
