import { Stack } from '@mantine/core'
import { NotActing } from '@/features/acting/NotActing'
import { useT } from '@/i18n'
import { SwitchField, TextField, TextsField } from '@/features/editor/fields'
import { isObject, textOf } from '@/features/editor/model'
import { field, type FormProps } from '../kit'

export const shows = [
  'instructions',
  'judgmentInputs',
  'selectedStageRoles',
  'propagateAuthenticationContext',
  'preventSelfApproval',
]

export function Form(p: FormProps) {
  const t = useT()
  const inputs = Array.isArray(p.stage['judgmentInputs']) ? (p.stage['judgmentInputs'] as unknown[]) : []
  return (
    <Stack gap="sm">
      <TextField {...field(p, 'instructions')} lines={3} />
      <TextsField
        label={p.fields.get('judgmentInputs')?.label ?? ''}
        help={p.fields.get('judgmentInputs')?.help}
        value={inputs.map((i) => textOf(isObject(i) ? i['value'] : i))}
        onChange={(v) => {
          p.set(
            'judgmentInputs',
            (v ?? []).map((value) => inputs.find((i) => isObject(i) && i['value'] === value) ?? { value }),
          )
        }}
      />
      <TextsField {...field(p, 'selectedStageRoles')} />
      <NotActing kind="roles" name="judgment" />
      <SwitchField {...field(p, 'propagateAuthenticationContext')} />
      <SwitchField {...field(p, 'preventSelfApproval')} label={t('editor.noSelfApproval')} />
    </Stack>
  )
}
