import { useQuery } from '@tanstack/react-query'
import { artifactAccountsQuery } from '@/api/queries'

/** The accounts that fetch artifacts of a type. */
export function useArtifactAccounts(type: string): string[] {
  const { data } = useQuery(artifactAccountsQuery)
  return (data ?? []).filter((a) => a.types.includes(type)).map((a) => a.name)
}
