import { Button, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Dialog } from '@/components/Dialog'
import { DialogFoot } from './DialogFoot'
import { useT } from '@/i18n'

type Props = {
  opened: boolean
  close: () => void
  title: string
  /** What the button that does it says. */
  action: string
  dismiss?: string
  danger?: boolean
  busy?: boolean
  disabled?: boolean
  onConfirm: () => void
  /** What will come of it. */
  children: ReactNode
}

/** Asks before something is done, and says what will come of it. */
export function Confirm({
  opened,
  close,
  title,
  action,
  dismiss,
  danger,
  busy,
  disabled,
  onConfirm,
  children,
}: Props) {
  const t = useT()
  return (
    <Dialog opened={opened} close={close} title={title}>
      <form
        onSubmit={(e) => {
          e.preventDefault()
          onConfirm()
        }}
      >
        <Stack gap="md">
          <Text component="div">{children}</Text>
          <DialogFoot>
            <Button variant="default" onClick={close}>
              {dismiss ?? t('common.cancel')}
            </Button>
            <Button type="submit" color={danger ? 'red' : undefined} loading={busy} disabled={disabled}>
              {action}
            </Button>
          </DialogFoot>
        </Stack>
      </form>
    </Dialog>
  )
}
