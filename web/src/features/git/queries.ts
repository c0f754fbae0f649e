import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { Schemas } from '@/api/client'

// What Git hosts have, asked with the accounts that people have added.

export type GitAccount = Schemas['GitAccount']
export type GitRepository = Schemas['GitRepository']
export type GitWebhook = Schemas['GitWebhook']

export const gitAccountsQuery = queryOptions({
  queryKey: ['git', 'accounts'],
  queryFn: () => unwrap(client.GET('/git/accounts')),
  staleTime: 60_000,
})

const of = (account: GitAccount) => ({ account: account.name, accountType: account.type })

/** The repositories of an account whose names contain a text. */
export const gitRepositoriesQuery = (account: GitAccount | undefined, q = '') =>
  queryOptions({
    queryKey: ['git', 'repositories', account?.type, account?.name, q],
    queryFn: () =>
      account
        ? unwrap(client.GET('/git/repositories', { params: { query: { ...of(account), q } } }))
        : Promise.resolve([]),
    enabled: account !== undefined,
    staleTime: 60_000,
    retry: false,
  })

export const gitBranchesQuery = (account: GitAccount | undefined, repository: string) =>
  queryOptions({
    queryKey: ['git', 'branches', account?.type, account?.name, repository],
    queryFn: () =>
      account
        ? unwrap(client.GET('/git/branches', { params: { query: { ...of(account), repository } } }))
        : Promise.resolve([]),
    enabled: account !== undefined && repository !== '',
    staleTime: 60_000,
    retry: false,
  })

export type RepositoryName = { source: string; project: string; slug: string }

/** The webhooks that the server has created for a repository. */
export const gitWebhooksQuery = (r: RepositoryName) =>
  queryOptions({
    queryKey: ['git', 'webhooks', r.source, r.project, r.slug],
    queryFn: () => unwrap(client.GET('/git/webhooks', { params: { query: r } })),
    enabled: r.source !== '' && r.project !== '' && r.slug !== '',
  })

/** Has the webhook of a repository created, or brought up to date. */
export const createWebhook = (application: string, account: GitAccount, repository: string, source: string) =>
  unwrap(
    client.POST('/applications/{application}/gitWebhooks', {
      params: { path: { application } },
      body: { ...of(account), repository, source },
    }),
  )

export const deleteWebhook = (application: string, id: string) =>
  unwrap(
    client.DELETE('/applications/{application}/gitWebhooks/{id}', { params: { path: { application, id } } }),
  )
