import { queryOptions, useQuery } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from './client'

// What the server acts on. All else is saved for later, and whoever edits it is told so.

type Acting = Schemas['Acting']
export type ActingKind = keyof Acting

const actingQuery = queryOptions({
  queryKey: ['acting'],
  queryFn: () => unwrap(client.GET('/capabilities/acting')),
  staleTime: Infinity,
})

/** useActing tells whether the server acts on something; it says so too while it isn't known. */
export function useActing(): (kind: ActingKind, name: string) => boolean {
  const { data } = useQuery(actingQuery)
  return (kind, name) => data?.[kind].includes(name) ?? true
}
