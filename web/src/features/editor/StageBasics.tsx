import { MultiSelect, Stack, TextInput } from '@mantine/core'
import { useT } from '@/i18n'
import { refOf, requiredBy, textOf, wouldCycle, type StageConfig, type Stages } from './model'

type Props = { stage: StageConfig; stages: Stages; set: (field: string, value: unknown) => void }

/** The name of a stage, and the stages it runs after. */
export function StageBasics({ stage, stages, set }: Props) {
  const t = useT()
  const ref = refOf(stage)
  const all = [...stages.values()]
  const required = [...new Set(requiredBy(stage))]
  // Of stages with one refId, lines mean the first.
  const others = [...stages].filter(
    ([other, s]) =>
      other === refOf(s) && other !== ref && (required.includes(other) || !wouldCycle(all, other, ref)),
  )
  const dangling = required.filter((r) => !others.some(([other]) => other === r))
  return (
    <Stack gap="sm">
      <TextInput
        label={t('editor.name')}
        value={textOf(stage.name)}
        onChange={(e) => {
          set('name', e.currentTarget.value)
        }}
        autoComplete="off"
      />
      <MultiSelect
        label={t('editor.dependsOn')}
        placeholder={required.length === 0 ? t('editor.runsFirst') : undefined}
        value={required}
        searchable
        hidePickedOptions
        limit={100}
        data={[
          ...others.map(([other, s]) => ({ value: other, label: textOf(s.name) || other })),
          ...dangling.map((r) => ({ value: r, label: t('editor.noSuchStage', { ref: r }) })),
        ]}
        onChange={(v) => {
          set('requisiteStageRefIds', v)
        }}
      />
    </Stack>
  )
}
