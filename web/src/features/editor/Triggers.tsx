import { Stack, Text } from '@mantine/core'
import { NotActing } from '@/features/acting/NotActing'
import { useT } from '@/i18n'
import { AddTrigger } from './AddTrigger'
import { ChoiceField, ListField, SwitchField, TextField } from './fields'
import { inner } from '@/stages/kit'
import { objectsOf, textOf, type Json } from './model'
import { TriggerFields } from './TriggerFields'
import { newTrigger, retyped, triggerTypes } from './triggerTypes'
import { type TriggerProps } from './triggerProps'
import { TriggerArtifacts } from './TriggerArtifacts'
import { TryButton } from './triggers/TryButton'

/** What starts a pipeline by itself. */
export function TriggersForm({
  pipeline,
  onChange,
  suggest,
}: {
  pipeline: Json
  onChange: (v: unknown) => void
  suggest: TriggerProps['suggest']
}) {
  const t = useT()
  const app = textOf(pipeline['application'])
  const list = objectsOf(pipeline['triggers'])
  return (
    <Stack gap="xs">
      {list.length > 0 && (
        <ListField
          label=""
          value={pipeline['triggers']}
          onChange={onChange}
          make={() => newTrigger('cron')}
          add={t('editor.addTrigger')}
          adder={(add) => <AddTrigger onAdd={add} />}
          render={(item, change) => (
            <TriggerForm
              pipeline={pipeline}
              value={item}
              change={change}
              app={app}
              artifacts={objectsOf(pipeline['expectedArtifacts'])}
              suggest={suggest}
            />
          )}
        />
      )}
      {list.length === 0 && (
        <>
          <Text size="sm" c="dimmed">
            {t('editor.noTriggers')}
          </Text>
          <AddTrigger
            onAdd={(trigger) => {
              onChange([trigger])
            }}
          />
        </>
      )}
    </Stack>
  )
}

function TriggerForm({ pipeline, ...p }: TriggerProps & { pipeline: Json }) {
  const t = useT()
  const { value, change, artifacts } = p
  const type = textOf(value['type'])
  return (
    <Stack gap="xs">
      <ChoiceField
        label={t('editor.type')}
        clearable={false}
        value={type}
        onChange={(v) => {
          change(retyped(value, v))
        }}
        choices={triggerTypes.map((x) => ({ value: x, label: t(`trigger.${x}`) }))}
      />
      <NotActing kind="triggers" name={type} />
      <TriggerFields {...p} />
      <TextField
        label={t('editor.runAs')}
        help={t('editor.runAsHelp')}
        {...inner(value, 'runAsUser', change)}
      />
      <NotActing kind="roles" name={textOf(value['runAsUser']) === '' ? '' : 'runAs'} />
      {artifacts.length > 0 && <TriggerArtifacts value={value} change={change} artifacts={artifacts} />}
      <SwitchField label={t('editor.enabled')} {...inner(value, 'enabled', change)} />
      <TryButton pipeline={pipeline} trigger={value} />
    </Stack>
  )
}
