import { Stack } from '@mantine/core'
import { NumberField } from '@/features/editor/fields'
import { field, type FormProps } from '../kit'
import { Target } from '../kubernetes/Target'
import { targetFields } from '../kubernetes/targetFields'

export const shows = [...targetFields, 'replicas']

export function Form(p: FormProps) {
  return (
    <Stack gap="sm">
      <Target {...p} />
      <NumberField {...field(p, 'replicas')} help={undefined} />
    </Stack>
  )
}
