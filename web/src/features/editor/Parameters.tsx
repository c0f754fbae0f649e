import { Group, Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { ListField, SwitchField, TextField, TextsField } from './fields'
import { inner } from './forms/kit'
import { isObject, objectsOf, textOf } from './model'

/** What a pipeline asks for when it is started. */
export function ParametersForm({ value, onChange }: { value: unknown; onChange: (v: unknown) => void }) {
  const t = useT()
  return (
    <ListField
      label="" help={t('editor.parametersHelp')} value={value} onChange={onChange} add={t('editor.addParameter')} make={() => ({ name: '', label: '', required: false, pinned: false, default: '', description: '', hasOptions: false, options: [{ value: '' }] })}
      render={(item, change) => (
        <Stack gap="xs">
          <Group grow pr={20} align="start">
            <TextField label={t('editor.name')} placeholder="image" {...inner(item, 'name', change)} />
            <TextField label={t('editor.label')} {...inner(item, 'label', change)} />
          </Group>
          <TextField label={t('editor.description')} {...inner(item, 'description', change)} />
          <TextField label={t('editor.default')} value={item['default']} onChange={(v) => { change({ ...item, default: v ?? '' }) }} />
          <Group gap="lg">
            <SwitchField label={t('editor.required')} {...inner(item, 'required', change)} />
            <SwitchField label={t('editor.pinned')} {...inner(item, 'pinned', change)} />
            <SwitchField label={t('editor.hasOptions')} {...inner(item, 'hasOptions', change)} />
          </Group>
          {textOf(item['hasOptions']) === 'true' && (
            <TextsField
              label={t('editor.choices')} value={objectsOf(item['options']).map((o) => textOf(o['value'])).filter((v) => v !== '')}
              onChange={(v) => {
                const before = objectsOf(item['options'])
                change({ ...item, options: (v ?? []).map((x) => before.find((o) => isObject(o) && o['value'] === x) ?? { value: x }) })
              }}
            />
          )}
        </Stack>
      )}
    />
  )
}
