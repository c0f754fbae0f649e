import { Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { Toolbar } from './Toolbar'

type Props = {
  /** What stands at the other side. */
  start?: ReactNode
  className?: string
  children: ReactNode
}

/** The buttons that end a dialog or a form: what dismisses it first, what does it last. */
export function DialogFoot({ start, className, children }: Props) {
  return (
    <Toolbar justify={start ? 'space-between' : 'flex-end'} mt="xs" className={className}>
      {start}
      <Group gap="xs" ml="auto" justify="flex-end">
        {children}
      </Group>
    </Toolbar>
  )
}
