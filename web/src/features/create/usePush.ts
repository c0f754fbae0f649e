import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { accountFor, placeOf } from '@/features/git/names'
import { gitAccountsQuery, gitRepositoriesQuery } from '@/features/git/queries'
import type { Draft } from './draft'
import { possiblePush, startsOnPush, type Push } from './push'

/** How pushes to a draft's repository could start its pipeline, and whether they do. */
export function usePush(d: Draft): { possible: Push | undefined; push: Push | undefined } {
  const accounts = useQuery(gitAccountsQuery).data
  const git = d.kind === 'repository' && d.repository.from === 'git'
  const account = git ? accountFor(d.repository.url, accounts ?? []) : undefined
  // GitLab's triggers have the names that it displays, which the address doesn't tell.
  const asked = account?.sources.includes('gitlab') || account?.sources.includes('bitbucket')
  const name = placeOf(d.repository.url)?.path.split('/').at(-1) ?? ''
  const listed = useQuery(gitRepositoriesQuery(asked ? account : undefined, name)).data
  return useMemo(() => {
    const possible = possiblePush(d, accounts ?? [], listed ?? [])
    return { possible, push: startsOnPush(d, possible) ? possible : undefined }
  }, [d, accounts, listed])
}
