import { Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Confirm } from '@/components/Confirm'
import { useT } from '@/i18n'

type Props = {
  opened: boolean
  /** The pipeline's name. */
  name: string
  busy: boolean
  /** Locks it for the reason given, which may be empty. */
  lock: (why: string) => void
  close: () => void
}

/** Asks whether a pipeline is to be locked, and why. */
export function LockPipeline({ opened, name, busy, lock, close }: Props) {
  const t = useT()
  const [why, setWhy] = useState('')
  const [was, setWas] = useState(opened)
  if (opened !== was) {
    setWas(opened)
    if (opened) setWhy('')
  }
  return (
    <Confirm
      opened={opened}
      close={close}
      title={t('editor.lockTitle', { name })}
      action={t('editor.lock')}
      busy={busy}
      onConfirm={() => {
        lock(why.trim())
      }}
    >
      <Stack gap="xs">
        <Text size="sm">{t('editor.lockText')}</Text>
        <TextInput
          label={t('editor.lockWhy')}
          value={why}
          data-autofocus
          autoComplete="off"
          onChange={(e) => {
            setWhy(e.currentTarget.value)
          }}
        />
      </Stack>
    </Confirm>
  )
}
