import { Stack, type StackProps } from '@mantine/core'
import type { ReactNode } from 'react'

/**
 * The fields of a form that checks what is entered. Each has room for a message below it
 * (app/fields.css), so a message moves neither the fields below nor those beside it.
 */
export function Fields(props: Omit<StackProps, 'className'> & { children: ReactNode }) {
  return <Stack gap="sm" {...props} className="fields" />
}
