import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useExecutions } from '@/api/executions'
import { inboxQuery } from '@/api/inbox'
import { isActive, judgmentsOf } from '@/lib/status'

/** useLiveInbox asks for the inbox anew when a run begins to wait, is answered, or ends. */
export function useLiveInbox(): void {
  const queries = useQueryClient()
  const { data } = useExecutions('*')
  const waits = (data ?? [])
    .map((e) =>
      [e.id, isActive(e.status) ? '' : e.status, ...judgmentsOf(e.stages).map((s) => s.id)].join(' '),
    )
    .join()
  useEffect(() => {
    void queries.invalidateQueries(inboxQuery)
  }, [queries, waits])
}
