import { Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { useRef } from 'react'
import { Confirm } from '@/components/Confirm'
import { useT } from '@/i18n'

/** Asks before a page with unsaved changes is left; lost says what becomes of them where they are not kept. */
export function Unsaved({ dirty, lost }: { dirty: boolean; lost?: string }) {
  const t = useT()
  const here = useRef<string>(undefined)
  const leave = useBlocker({
    shouldBlockFn: ({ current, next }) => {
      here.current ??= current.pathname
      // Who has left already, and comes back before the next page is there, leaves nothing.
      return dirty && current.pathname === here.current && current.pathname !== next.pathname
    },
    enableBeforeUnload: () => dirty,
    withResolver: true,
  })
  return (
    <Confirm
      opened={leave.status === 'blocked'}
      close={() => {
        leave.reset?.()
      }}
      title={t('editor.leave')}
      action={t('editor.leaveAnyway')}
      dismiss={t('editor.stay')}
      danger
      onConfirm={() => {
        leave.proceed?.()
      }}
    >
      <Text>{lost ?? t('editor.leaveText')}</Text>
    </Confirm>
  )
}
