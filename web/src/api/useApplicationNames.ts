import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { applicationsQuery } from './queries'

/** The names of all applications, sorted; with one that is chosen, also if it is gone. */
export function useApplicationNames(chosen: string | undefined, enabled = true): string[] {
  const { data } = useQuery({ ...applicationsQuery, enabled })
  return useMemo(
    () => [...new Set([...(data ?? []).flatMap((a) => a.name ?? []), ...(chosen ? [chosen] : [])])].sort(),
    [data, chosen],
  )
}
