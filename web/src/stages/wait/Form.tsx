import { Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { NumberField, TextField } from '@/features/editor/fields'
import { field, type FormProps } from '../kit'

// The stages that wait, ask, check, and start others.

export const shows = ['waitTime', 'skipWaitText']

export function Form(p: FormProps) {
  const t = useT()
  return (
    <Stack gap="sm">
      <NumberField {...field(p, 'waitTime')} help={undefined} unit={t('editor.seconds')} />
      <TextField {...field(p, 'skipWaitText')} />
    </Stack>
  )
}
