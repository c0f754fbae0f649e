import { Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { ListField, TextField } from '@/features/editor/fields'
import { inner, type FormProps } from '../kit'

export const shows = ['variables']

export function Form(p: FormProps) {
  const t = useT()
  return (
    <ListField
      label={t('editor.variables')}
      help={t('editor.variablesHelp')}
      value={p.stage['variables']}
      onChange={(v) => {
        p.set('variables', v ?? [])
      }}
      make={() => ({ key: '', value: '' })}
      add={t('editor.addVariable')}
      render={(item, change) => (
        <Stack gap="xs" pr={20}>
          <TextField label={t('editor.name')} {...inner(item, 'key', change)} />
          <TextField
            label={t('editor.value')}
            placeholder="${ trigger.buildInfo.number }"
            lines={1}
            {...inner(item, 'value', change)}
          />
        </Stack>
      )}
    />
  )
}
