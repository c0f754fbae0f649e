import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './States.module.css'

/** A page with nothing on it says what would be here and how it comes. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <Stack align="center" gap={6} className={classes.empty}>
      {icon && <div className={classes.icon}>{icon}</div>}
      <Title order={3}>{title}</Title>
      {children && (
        <Text c="dimmed" ta="center" maw={460} component="div">
          {children}
        </Text>
      )}
      {action && <div className={classes.action}>{action}</div>}
    </Stack>
  )
}
