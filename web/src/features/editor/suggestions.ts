import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client, unwrap } from '@/api/client'
import { useI18n } from '@/i18n'
import { accountsQuery, applicationsQuery, artifactAccountsQuery } from '@/api/queries'
import { translated } from './schema'
import { objectsOf, stagesOf, textOf, type Json, type StageConfig } from './model'

export const stageTypesQuery = queryOptions({
  queryKey: ['stageTypes'],
  queryFn: () => unwrap(client.GET('/stages/schemas')),
  staleTime: 300_000,
})

const chineseQuery = queryOptions({
  queryKey: ['stageTexts', 'zh'],
  queryFn: async (): Promise<Partial<Record<string, string>>> =>
    (await import('@/i18n/stages.zh.json')).default,
  staleTime: Infinity,
})

/** The stage types, with what they say of themselves in the reader's language; the English text where there is no other. */
export function useStageTypes() {
  const { language } = useI18n()
  const types = useQuery(stageTypesQuery)
  const chinese = useQuery({ ...chineseQuery, enabled: language === 'zh' })
  const data = useMemo(() => {
    if (language === 'en' || !types.data) return types.data
    const text = (english: string) => chinese.data?.[english] ?? english
    return types.data.map((type) => ({
      ...type,
      label: text(type.label),
      description: text(type.description),
      schema: translated(type.schema, text),
    }))
  }, [language, types.data, chinese.data])
  return {
    data: language === 'zh' && chinese.isPending ? undefined : data,
    error: types.error,
    refetch: types.refetch,
  }
}

const functions = [
  "#stage('')",
  '#toJson()',
  '#fromUrl()',
  '#jsonFromUrl()',
  '#readJson()',
  '#manifestLabelValue()',
  "#stageByRefId('')",
  '#judgment()',
  '#alphanumerical()',
  '#toInt()',
  '#toBoolean()',
  '#propertiesFromUrl()',
]
const always = [
  'trigger',
  'trigger.user',
  'trigger.type',
  'trigger.payload',
  'trigger.buildInfo.number',
  'trigger.tag',
  'trigger.branch',
  'trigger.hash',
  'execution.id',
  'execution.name',
  'execution.application',
  'execution.stages',
  'parameters',
]

/** What may be meant by the names of fields and in expressions. */
export function useSuggestions(pipeline: Json, stage: StageConfig | undefined) {
  const accounts = useQuery({ ...accountsQuery, refetchInterval: false, staleTime: 60_000 })
  const artifacts = useQuery(artifactAccountsQuery)
  const applications = useQuery(applicationsQuery)
  const words = useMemo(
    () => [
      ...objectsOf(pipeline['parameterConfig']).map((p) => `parameters.${textOf(p['name'])}`),
      ...always,
      ...stagesOf(pipeline)
        .filter((s) => s.name)
        .map((s) => `#stage('${textOf(s.name)}')`),
      ...functions,
    ],
    [pipeline],
  )
  const suggest = useMemo(() => {
    const clusters = (accounts.data ?? []).filter((a) => a.type === 'kubernetes')
    const names = clusters.map((a) => a.name)
    const chosen = clusters.find((a) => a.name === stage?.['account'])
    const namespaces = [...new Set((chosen ? [chosen] : clusters).flatMap((a) => namespacesOf(a)))].sort()
    const known: Partial<Record<string, string[]>> = {
      account: names,
      credentials: names,
      location: namespaces,
      namespace: namespaces,
      namespaceOverride: namespaces,
      application: (applications.data ?? []).map((a) => a.name),
      stageName: stagesOf(pipeline).map((s) => textOf(s.name)),
      artifact: [pipeline, ...stagesOf(pipeline)].flatMap((of) =>
        objectsOf(of['expectedArtifacts']).map((a) => textOf(a['id'])),
      ),
      artifactAccount: (artifacts.data ?? []).map((a) => textOf((a as Json)['name'])),
      manifestArtifactAccount: (artifacts.data ?? []).map((a) => textOf((a as Json)['name'])),
    }
    return (field: string): readonly string[] | undefined => known[field]
  }, [accounts.data, artifacts.data, applications.data, pipeline, stage])
  return { suggest, words, account: accounts.data?.find((a) => a.type === 'kubernetes')?.name }
}

function namespacesOf(account: Json): string[] {
  const list = account['namespaces']
  return Array.isArray(list) ? list.map(textOf) : []
}
