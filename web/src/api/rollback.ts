import { queryOptions } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from './client'
import { keys } from './queries'

// What deployments are rolled back to, as the server works it out.

export type RollbackPlan = Schemas['RollbackPlan']
export type RollbackObject = Schemas['RollbackObject']
export type RollbackRevision = Schemas['RollbackRevision']
export type RollbackVerdict = Schemas['RollbackVerdict']

/** What a deploy stage of a run is rolled back to; asked again when the stage's status or the infrastructure changes. */
export const stageRollbackQuery = (app: string, id: string, stageId: string, status: string) =>
  queryOptions({
    queryKey: [...keys.infrastructure(app), 'rollback', id, stageId, status],
    queryFn: () =>
      unwrap(client.GET('/pipelines/{id}/stages/{stageId}/rollback', { params: { path: { id, stageId } } })),
    staleTime: 0,
    retry: false,
  })

/** What a workload is rolled back to, with its revisions. */
export const workloadRollbackQuery = (p: { app: string; account: string; location: string; name: string }) =>
  queryOptions({
    queryKey: [...keys.infrastructure(p.app), 'rollback', p.account, p.location, p.name],
    queryFn: () =>
      unwrap(
        client.GET('/manifests/{account}/{location}/{name}/rollback', {
          params: { path: { account: p.account, location: p.location, name: p.name } },
        }),
      ),
  })
