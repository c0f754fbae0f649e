import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client, unwrap } from '@/api/client'
import { accountsQuery, applicationsQuery } from '@/api/queries'
import { objectsOf, stagesOf, textOf, type Json, type StageConfig } from './model'

export const stageTypesQuery = queryOptions({
  queryKey: ['stageTypes'],
  queryFn: () => unwrap(client.GET('/stages/schemas')),
  staleTime: 300_000,
})

const artifactAccountsQuery = queryOptions({
  queryKey: ['artifactAccounts'],
  queryFn: () => unwrap(client.GET('/artifacts/credentials')),
  staleTime: 300_000,
})

const functions = ["#stage('')", '#toJson()', '#fromUrl()', '#jsonFromUrl()', '#readJson()', '#manifestLabelValue()', "#stageByRefId('')", '#judgment()', '#alphanumerical()', '#toInt()', '#toBoolean()', '#propertiesFromUrl()']
const always = ['trigger', 'trigger.user', 'trigger.type', 'trigger.payload', 'trigger.buildInfo.number', 'trigger.tag', 'trigger.branch', 'trigger.hash', 'execution.id', 'execution.name', 'execution.application', 'execution.stages', 'parameters']

/** What may be meant by the names of fields and in expressions. */
export function useSuggestions(pipeline: Json, stage: StageConfig | undefined) {
  const accounts = useQuery({ ...accountsQuery, refetchInterval: false, staleTime: 60_000 })
  const artifacts = useQuery(artifactAccountsQuery)
  const applications = useQuery(applicationsQuery)
  const words = useMemo(
    () => [...objectsOf(pipeline['parameterConfig']).map((p) => `parameters.${textOf(p['name'])}`), ...always, ...stagesOf(pipeline).filter((s) => s.name).map((s) => `#stage('${textOf(s.name)}')`), ...functions],
    [pipeline],
  )
  const suggest = useMemo(() => {
    const clusters = (accounts.data ?? []).filter((a) => a.type === 'kubernetes')
    const names = clusters.map((a) => a.name)
    const chosen = clusters.find((a) => a.name === stage?.['account'])
    const namespaces = [...new Set((chosen ? [chosen] : clusters).flatMap((a) => namespacesOf(a)))].sort()
    const known: Partial<Record<string, string[]>> = {
      account: names, credentials: names, location: namespaces, namespace: namespaces, namespaceOverride: namespaces, application: (applications.data ?? []).map((a) => a.name),
      stageName: stagesOf(pipeline).map((s) => textOf(s.name)), artifact: objectsOf(pipeline['expectedArtifacts']).map((a) => textOf(a['id'])),
      artifactAccount: (artifacts.data ?? []).map((a) => textOf((a as Json)['name'])), manifestArtifactAccount: (artifacts.data ?? []).map((a) => textOf((a as Json)['name'])),
    }
    return (field: string): readonly string[] | undefined => known[field]
  }, [accounts.data, artifacts.data, applications.data, pipeline, stage])
  return { suggest, words, account: accounts.data?.find((a) => a.type === 'kubernetes')?.name }
}

function namespacesOf(account: Json): string[] {
  const list = account['namespaces']
  return Array.isArray(list) ? list.map(textOf) : []
}
