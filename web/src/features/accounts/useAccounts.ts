import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { accountsQuery, artifactAccountsQuery } from '@/api/queries'
import { listed } from './listing'
import { statesQuery, storedQuery } from './queries'

const often = 10_000

/** All accounts that there are, whatever they are of. */
export function useAccounts() {
  const cloud = useQuery(accountsQuery)
  const artifacts = useQuery({ ...artifactAccountsQuery, staleTime: often, refetchInterval: often })
  const stored = useQuery(storedQuery)
  const states = useQuery(statesQuery)
  const data = useMemo(
    () =>
      cloud.data &&
      artifacts.data &&
      stored.data &&
      states.data &&
      listed({
        cloud: cloud.data,
        artifacts: artifacts.data,
        stored: stored.data.accounts,
        types: stored.data.types,
        states: states.data,
      }),
    [cloud.data, artifacts.data, stored.data, states.data],
  )
  const retry = () => {
    for (const query of [cloud, artifacts, stored, states]) if (query.isError) void query.refetch()
  }
  return {
    data,
    error: cloud.error ?? artifacts.error ?? stored.error ?? states.error,
    retry,
    allowed: stored.data?.allowed ?? false,
    types: stored.data?.types ?? [],
  }
}
