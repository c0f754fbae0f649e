import { Alert, SegmentedControl, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { TextView } from '@/components/TextView'
import { stagesOf } from '@/features/editor/model'
import { stageTypesQuery } from '@/features/editor/suggestions'
import { textOf } from '@/lib/json'
import { write, writeDocuments } from '@/lib/texts'
import { Chain } from './Chain'
import { useForm } from './form'
import { manifestsOf, namespaceManifest } from './manifests'
import { applicationName } from './names'
import { Part } from './Part'
import { Plan } from './Plan'
import { checkQuery } from './queries'
import { usePipeline } from './usePipeline'

/** The last step: all that will be made, before any of it is. */
export function PreviewStep() {
  const { d, t } = useForm()
  const pipeline = usePipeline(d)
  const types = useQuery(stageTypesQuery)
  const check = useQuery(checkQuery(pipeline))
  const byType = useMemo(
    () =>
      new Map((types.data ?? []).flatMap((x) => [x.name, ...x.aliases].map((name) => [name, x] as const))),
    [types.data],
  )
  const stages = stagesOf(pipeline)
  const views = [
    ...(d.kind === 'import' ? [] : ['changes' as const]),
    ...(d.kind === 'image' ? ['manifests' as const] : []),
    'pipeline' as const,
  ]
  const [chosen, setView] = useState<(typeof views)[number]>('changes')
  const view = views.includes(chosen) ? chosen : 'pipeline'
  const problems = check.data ?? []
  return (
    <Part
      title={t('previewTitle')}
      help={t('willMake', { app: applicationName(d.name), pipeline: textOf(pipeline['name']) })}
    >
      {stages.length > 0 && <Chain stages={stages} types={byType} />}
      {check.data && problems.length > 0 && (
        <Alert
          color={problems.some((p) => p.severity === 'error') ? 'red' : 'yellow'}
          icon={<IconAlertTriangle size={16} />}
          mb="md"
          p="xs"
          title={t('checkProblems', { n: problems.length })}
        >
          {problems.slice(0, 8).map((p) => (
            <Text key={p.path + p.message} size="sm">
              {p.stage ? `${p.stage}: ` : ''}
              {p.message}
            </Text>
          ))}
        </Alert>
      )}
      {views.length > 1 && (
        <SegmentedControl
          size="xs"
          mb="sm"
          value={view}
          aria-label={t('previewTitle')}
          data={views.map((v) => ({ value: v, label: t(`view.${v}`) }))}
          onChange={(v) => {
            setView(views.find((x) => x === v) ?? 'changes')
          }}
        />
      )}
      {view === 'changes' ? (
        <Plan />
      ) : view === 'manifests' ? (
        <Manifests />
      ) : (
        <TextView text={write(pipeline, 'json')} name={`${textOf(pipeline['name'])}.json`} />
      )}
      {check.data?.length === 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          {t('clean')}
        </Text>
      )}
    </Part>
  )
}

function Manifests() {
  const { d } = useForm()
  const { network, workload } = manifestsOf(d)
  const namespace = d.place.namespace.trim()
  const all = [
    ...(d.makeNamespace && namespace !== 'default' ? [namespaceManifest(namespace)] : []),
    ...network,
    workload,
  ]
  return <TextView text={writeDocuments(all)} name={`${applicationName(d.name)}.yaml`} />
}
