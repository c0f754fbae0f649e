import { Group, type GroupProps } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './Toolbar.module.css'

type Props = Omit<GroupProps, 'className'> & { children: ReactNode; className?: string }

/** A row of controls, such as the filters of a list or the actions of a page. All have the height --control. */
export function Toolbar({ className, ...props }: Props) {
  return (
    <Group
      gap="xs"
      data-toolbar
      {...props}
      className={[classes.controls, className].filter(Boolean).join(' ')}
    />
  )
}
