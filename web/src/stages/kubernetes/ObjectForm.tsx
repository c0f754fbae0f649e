import { Stack } from '@mantine/core'
import type { FormProps } from '../kit'
import { Target } from './Target'

/** The stages that are about one object, and ask for no more than which. */
export function ObjectForm(p: FormProps) {
  return (
    <Stack gap="sm">
      <Target {...p} />
    </Stack>
  )
}
