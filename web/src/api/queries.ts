import { queryOptions, type QueryClient } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from './client'

// What the pages ask for. Keys begin with the kind of thing, so that a change
// makes all of its kind old.

export const keys = {
  applications: ['applications'] as const,
  application: (app: string) => ['application', app] as const,
  pipelines: (app: string) => ['pipelines', app] as const,
  executions: (app: string, limit: number) => ['executions', app, limit] as const,
  execution: (id: string) => ['execution', id] as const,
  infrastructure: (app: string) => ['infrastructure', app] as const,
  tasks: (app: string) => ['tasks', app] as const,
  accounts: ['accounts'] as const,
}

export const applicationsQuery = queryOptions({
  queryKey: keys.applications,
  queryFn: () => unwrap(client.GET('/applications')),
  staleTime: 10_000,
})

export const applicationQuery = (app: string) =>
  queryOptions({
    queryKey: keys.application(app),
    queryFn: () =>
      unwrap(client.GET('/applications/{application}', { params: { path: { application: app } } })),
    staleTime: 10_000,
  })

export const pipelinesQuery = (app: string) =>
  queryOptions({
    queryKey: keys.pipelines(app),
    queryFn: () =>
      unwrap(
        client.GET('/applications/{application}/pipelineConfigs', { params: { path: { application: app } } }),
      ),
    staleTime: 10_000,
  })

export const executionQuery = (id: string) =>
  queryOptions({
    queryKey: keys.execution(id),
    queryFn: () => unwrap(client.GET('/pipelines/{id}/outline', { params: { path: { id } } })),
    staleTime: Infinity, // its stream tells
  })

/**
 * A stage whole, with those that the engine has added to it; what is very large in
 * it is cut. The version tells when to ask again, as versionOf gives it.
 */
export const stageQuery = (id: string, stageId: string, version: string) =>
  queryOptions({
    queryKey: [...keys.execution(id), 'stage', stageId, version],
    queryFn: () =>
      unwrap(client.GET('/pipelines/{id}/stages/{stageId}', { params: { path: { id, stageId } } })),
    staleTime: Infinity,
    gcTime: 60_000,
  })

export const accountsQuery = queryOptions({
  queryKey: keys.accounts,
  queryFn: () => unwrap(client.GET('/credentials', { params: { query: { expand: true } } })),
  refetchInterval: 10_000,
})

/** The accounts that artifacts can be fetched with. */
export const artifactAccountsQuery = queryOptions({
  queryKey: [...keys.accounts, 'artifacts'],
  queryFn: () => unwrap(client.GET('/artifacts/credentials')),
  staleTime: 300_000,
})

/** How some applications are doing, in one request. */
export const healthQuery = (applications: readonly string[]) =>
  queryOptions({
    queryKey: ['health', applications.join(',')],
    queryFn: () =>
      unwrap(
        client.GET('/applicationHealth', { params: { query: { applications: applications.join(',') } } }),
      ),
    enabled: applications.length > 0,
    staleTime: 5000,
    refetchInterval: 15_000,
  })

export const serverGroupsQuery = (app: string) =>
  queryOptions({
    queryKey: [...keys.infrastructure(app), 'serverGroups'],
    queryFn: () =>
      unwrap(
        client.GET('/applications/{application}/serverGroups', { params: { path: { application: app } } }),
      ),
  })

export const loadBalancersQuery = (app: string) =>
  queryOptions({
    queryKey: [...keys.infrastructure(app), 'loadBalancers'],
    queryFn: () =>
      unwrap(
        client.GET('/applications/{application}/loadBalancers', { params: { path: { application: app } } }),
      ),
  })

export const resourcesQuery = (app: string) =>
  queryOptions({
    queryKey: [...keys.infrastructure(app), 'resources'],
    queryFn: () =>
      unwrap(
        client.GET('/applications/{application}/rawResources', { params: { path: { application: app } } }),
      ),
  })

/** An execution without what its stages hold, as lists and graphs need it. */
export type Execution = Schemas['ExecutionOutline']
export type StageOutline = Schemas['StageOutline']
export type Stage = Schemas['StageExecution']
export type Cut = Schemas['StageDetail']['cut'][number]
export type Summary = Schemas['ExecutionSummary']
export type Pipeline = Schemas['Pipeline']
export type ServerGroup = Schemas['ServerGroupSummary']
export type Manager = Schemas['ServerGroupManager']

/** After the server was away: all that is shown may be old. */
export function refresh(queries: QueryClient): void {
  void queries.invalidateQueries()
}
