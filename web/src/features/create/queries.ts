import { queryOptions } from '@tanstack/react-query'
import { parse } from 'yaml'
import { client, unwrap } from '@/api/client'
import type { Schemas } from '@/api/client'
import type { Json } from '@/lib/json'
import { chartsOf } from './source'

// What is asked for while an application is made.

const fileTypes = ['http/file', 'github/file', 'gitlab/file', 'bitbucket/file']

/** Accounts by what they read. */
export function accountsFor(
  accounts: readonly Schemas['ArtifactAccount'][],
  what: 'git' | 'file' | 'chart',
): { name: string; type: string }[] {
  const wanted = what === 'git' ? ['git/repo'] : what === 'chart' ? ['helm/chart'] : fileTypes
  return accounts.flatMap((a) =>
    a.types.filter((type) => wanted.includes(type)).map((type) => ({ name: a.name, type })),
  )
}

export const chartNamesQuery = (account: string) =>
  queryOptions({
    queryKey: ['charts', account],
    queryFn: () =>
      unwrap(
        client.GET('/artifacts/account/{account}/names', {
          params: { path: { account }, query: { type: 'helm/chart' } },
        }),
      ),
    enabled: account !== '',
    staleTime: 60_000,
    retry: false,
  })

export const chartVersionsQuery = (account: string, artifactName: string) =>
  queryOptions({
    queryKey: ['charts', account, artifactName],
    queryFn: () =>
      unwrap(
        client.GET('/artifacts/account/{account}/versions', {
          params: { path: { account }, query: { type: 'helm/chart', artifactName } },
        }),
      ),
    enabled: account !== '' && artifactName !== '',
    staleTime: 60_000,
    retry: false,
  })

/** The charts of a repository that nobody has set up, by its index. */
export const indexQuery = (address: string, enabled: boolean) =>
  queryOptions({
    queryKey: ['chartIndex', address],
    queryFn: async () => {
      const reference = `${address.replace(/\/+$/, '')}/index.yaml`
      const text = await unwrap(
        client.PUT('/artifacts/fetch', { body: { type: 'http/file', reference }, parseAs: 'text' }),
      )
      return chartsOf(parse(text, { maxAliasCount: 1000 }), address)
    },
    enabled,
    staleTime: 60_000,
    retry: false,
  })

export const planQuery = (body: Schemas['ManifestPlanRequest']) =>
  queryOptions({
    queryKey: ['plan', body],
    queryFn: () => unwrap(client.POST('/manifests/plan', { body })),
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  })

export const checkQuery = (body: Json) =>
  queryOptions({
    queryKey: ['newPipelineCheck', body],
    queryFn: () => unwrap(client.POST('/pipelines/check', { body })),
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  })
