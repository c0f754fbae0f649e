import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import type { EventFilter } from './filter'
import { eventsQuery, newerQuery } from './queries'

/** Events as the server lists them, and how many have come since. */
export function useEvents(filter: EventFilter) {
  const queries = useQueryClient()
  const query = useInfiniteQuery(eventsQuery(filter))
  const events = query.data?.pages.flat()
  const newest = events?.[0]?.id
  const newer = useQuery({ ...newerQuery(filter, newest), enabled: query.isSuccess })
  const showNew = () => {
    // The first page again, with the new ones; older pages load when they are asked for.
    queries.setQueryData(
      eventsQuery(filter).queryKey,
      (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    )
    void query.refetch()
  }
  return { ...query, events, fresh: newer.data?.length ?? 0, showNew }
}
