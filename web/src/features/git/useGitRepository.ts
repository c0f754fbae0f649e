import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { accountsOf, pathOf } from './names'
import {
  gitAccountsQuery,
  gitRepositoriesQuery,
  type GitAccount,
  type GitRepository,
  type RepositoryName,
} from './queries'

export type GitChoice = {
  /** The accounts that fit the source. */
  accounts: readonly GitAccount[]
  account: GitAccount | undefined
  choose: (name: string) => void
  repositories: readonly GitRepository[]
  loading: boolean
  failed: Error | undefined
  /** The repository's path at its host; empty if it isn't known yet. */
  path: string
}

/** What a trigger's repository can be chosen from, and how its host is asked. */
export function useGitRepository(name: RepositoryName): GitChoice {
  const [chosen, choose] = useState('')
  const accounts = accountsOf(useQuery(gitAccountsQuery).data ?? [], name.source)
  const account = accounts.find((a) => a.name === chosen) ?? accounts[0]
  const { data, error, isFetching } = useQuery(gitRepositoriesQuery(account))
  const repositories = data ?? []
  return {
    accounts,
    account,
    choose,
    repositories,
    loading: isFetching,
    failed: error ?? undefined,
    path: pathOf(name, repositories),
  }
}
