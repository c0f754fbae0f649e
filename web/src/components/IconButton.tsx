import { ActionIcon, Tooltip, type ActionIconProps, type FloatingPosition } from '@mantine/core'
import type { ComponentPropsWithRef, ReactNode } from 'react'

type Props = Omit<ActionIconProps, 'aria-label'> &
  Omit<ComponentPropsWithRef<'button'>, keyof ActionIconProps | 'aria-label'> & {
    /** What the button does: its accessible name, and its tooltip. */
    label: string
    /** A longer tooltip, such as with the keys that do the same. */
    tip?: ReactNode
    tipPosition?: FloatingPosition
    /** Draws something else in place of a button, such as a link. */
    renderRoot?: (props: Record<string, unknown>) => ReactNode
  }

/** A button with an icon alone. What it does is its name, and shown when it is pointed at or has the focus. */
export function IconButton({ label, tip = label, tipPosition, ...props }: Props) {
  return (
    <Tooltip label={tip} position={tipPosition}>
      <ActionIcon aria-label={label} data-tip {...props} />
    </Tooltip>
  )
}
