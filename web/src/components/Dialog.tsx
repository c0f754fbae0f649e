import { Drawer, Modal, type ModalProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { firstFocus } from './firstFocus'
import classes from './Dialog.module.css'

type Props = {
  opened?: boolean
  close: () => void
  title: ReactNode
  size?: ModalProps['size']
  /** Whether it stands at the right edge, beside what it is about. */
  aside?: boolean
  padding?: ModalProps['padding']
  classNames?: { header?: string; body?: string }
  children: ReactNode
}

/**
 * Every dialog. Its first field has the focus when it opens, Escape closes it, and the
 * focus goes back to what opened it.
 */
export function Dialog({ opened = true, close, title, aside, children, ...look }: Props) {
  const common = {
    opened,
    onClose: close,
    ...look,
    title: <span className={classes.title}>{title}</span>,
  }
  const body = (
    <div ref={firstFocus} tabIndex={-1} data-autofocus className={classes.body}>
      {children}
    </div>
  )
  return aside ? (
    <Drawer {...common} position="right">
      {body}
    </Drawer>
  ) : (
    <Modal {...common}>{body}</Modal>
  )
}
