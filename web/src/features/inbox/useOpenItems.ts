import { useQuery } from '@tanstack/react-query'
import { inboxQuery, type InboxItem } from '@/api/inbox'
import { stateOf, useMarks } from '@/lib/marks'
import { useTimed } from '@/lib/now'

/** How many items of the inbox are open; undefined while that isn't known. */
export function useOpenItems(): number | undefined {
  const { data } = useQuery(inboxQuery)
  const marks = useMarks()
  const items: readonly InboxItem[] = data?.items ?? []
  // Items wake up as time goes by.
  const open = useTimed((now) =>
    String(items.filter((item) => stateOf(marks[item.id], now) === 'open').length),
  )
  return data && Number(open)
}
