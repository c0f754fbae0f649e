import { MultiSelect } from '@mantine/core'
import { useT } from '@/i18n'
import { setField, textOf } from './model'
import { type TriggerProps } from './triggerProps'

// A trigger can be told which of the pipeline's artifacts it must bring.
export function TriggerArtifacts({
  value,
  change,
  artifacts,
}: Pick<TriggerProps, 'value' | 'change' | 'artifacts'>) {
  const t = useT()
  const chosen: unknown = value['expectedArtifactIds']
  const ids = [...new Set(Array.isArray(chosen) ? chosen.map(textOf) : [])]
  const known = artifacts
    .filter((a) => textOf(a['id']) !== '')
    .map((a) => ({ value: textOf(a['id']), label: textOf(a['displayName']) || textOf(a['id']) }))
  const data = [
    ...known,
    ...ids.filter((id) => !known.some((k) => k.value === id)).map((id) => ({ value: id, label: id })),
  ]
  return (
    <MultiSelect
      label={t('editor.triggerArtifacts')}
      description={t('editor.triggerArtifactsHelp')}
      data={data.filter((d, i) => data.findIndex((x) => x.value === d.value) === i)}
      value={ids}
      onChange={(v) => {
        change(setField(value, 'expectedArtifactIds', v.length > 0 ? v : undefined))
      }}
    />
  )
}
