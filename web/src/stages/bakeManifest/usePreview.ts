import { useQuery } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from '@/api/client'
import { objectsOf, stagesOf, textOf, type Json, type StageConfig } from '@/features/editor/model'

export type BakePreview = Schemas['BakePreview']

/** What a preview is asked with: a run's values, and a cluster to compare with. */
export type Chosen = { run: string; account: string; namespace: string }

/** The cluster that the pipeline deploys to, as far as that is known before it runs. */
export function deploysTo(pipeline: Json | undefined): Pick<Chosen, 'account' | 'namespace'> {
  const fixed = (value: unknown) => (textOf(value).includes('${') ? '' : textOf(value))
  const deploy = stagesOf(pipeline ?? {}).find(
    (s) => s.type === 'deployManifest' && fixed(s['account']) !== '',
  )
  return { account: fixed(deploy?.['account']), namespace: fixed(deploy?.['namespaceOverride']) }
}

/** usePreview bakes what a stage says, without running it. */
export function usePreview(app: string, stage: StageConfig, pipeline: Json | undefined, chosen: Chosen) {
  const body = {
    stage,
    expectedArtifacts: objectsOf(pipeline?.['expectedArtifacts']),
    ...(chosen.run ? { executionId: chosen.run } : {}),
    ...(chosen.account ? { account: chosen.account, namespaceOverride: chosen.namespace } : {}),
  }
  return useQuery({
    queryKey: ['bakePreview', app, body],
    queryFn: ({ signal }) =>
      unwrap(
        client.POST('/applications/{application}/bakes/preview', {
          params: { path: { application: app } },
          body,
          signal,
        }),
      ),
    placeholderData: (before) => before,
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  })
}
