import { Group, Stack } from '@mantine/core'
import { NotActing } from '@/features/acting/NotActing'
import { useT } from '@/i18n'
import { ChoiceField, ListField, NumberField, SwitchField, TextField, TextsField } from './fields'
import { inner } from '@/stages/kit'
import { textOf, type Json } from './model'

/** What a pipeline is called, and how its runs wait for each other. */
export function GeneralSettings({
  pipeline,
  set,
}: {
  pipeline: Json
  set: (field: string, value: unknown) => void
}) {
  const t = useT()
  const limit = textOf(pipeline['limitConcurrent']) === 'true'
  return (
    <Stack gap="sm">
      <TextField
        label={t('editor.description')}
        lines={2}
        value={pipeline['description']}
        onChange={(v) => {
          set('description', v)
        }}
      />
      <SwitchField
        label={t('editor.limitConcurrent')}
        help={t('editor.limitHelp')}
        value={pipeline['limitConcurrent']}
        onChange={(v) => {
          set('limitConcurrent', v)
        }}
      />
      {limit && (
        <SwitchField
          label={t('editor.keepWaiting')}
          help={t('editor.keepWaitingHelp')}
          value={pipeline['keepWaitingPipelines']}
          onChange={(v) => {
            set('keepWaitingPipelines', v)
          }}
        />
      )}
      {!limit && (
        <NumberField
          label={t('editor.maxConcurrent')}
          placeholder={t('editor.noLimit')}
          value={pipeline['maxConcurrentExecutions'] === 0 ? undefined : pipeline['maxConcurrentExecutions']}
          onChange={(v) => {
            set('maxConcurrentExecutions', v ?? 0)
          }}
        />
      )}
      <ChoiceField
        label={t('editor.evaluator')}
        help={t('editor.evaluatorHelp')}
        placeholder="v3"
        choices={['v4', 'v3', 'v2']}
        value={pipeline['spelEvaluator']}
        onChange={(v) => {
          set('spelEvaluator', v)
        }}
      />
      <TextsField
        label={t('editor.roles')}
        help={t('editor.rolesHelp')}
        value={pipeline['roles']}
        onChange={(v) => {
          set('roles', v)
        }}
      />
      <NotActing kind="roles" name="pipeline" />
      <ListField
        label={t('editor.tags')}
        value={pipeline['tags']}
        onChange={(v) => {
          set('tags', v)
        }}
        add={t('editor.addTag')}
        make={() => ({ name: '', value: '' })}
        render={(item, next) => (
          <Group grow pr={24}>
            <TextField label={t('editor.name')} {...inner(item, 'name', next)} />
            <TextField label={t('editor.value')} {...inner(item, 'value', next)} />
          </Group>
        )}
      />
    </Stack>
  )
}
