import { queryOptions } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from './client'

export type InboxItem = Schemas['InboxItem']

/** What waits for the person at this browser. Accounts have no stream, so it is asked for again, too. */
export const inboxQuery = queryOptions({
  queryKey: ['inbox'],
  queryFn: () => unwrap(client.GET('/inbox')),
  staleTime: 5000,
  refetchInterval: 30_000,
})
