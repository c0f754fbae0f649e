import { Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Confirm } from '@/components/Confirm'
import { useT } from '@/i18n'

type Props = {
  opened: boolean
  /** The name that it has. */
  saved: string
  busy: boolean
  rename: (name: string) => void
  close: () => void
}

/** Asks for another name for a pipeline. */
export function RenamePipeline({ opened, saved, busy, rename, close }: Props) {
  const t = useT()
  const [name, setName] = useState(saved)
  const [was, setWas] = useState(opened)
  if (opened !== was) {
    setWas(opened)
    if (opened) setName(saved)
  }
  return (
    <Confirm
      opened={opened}
      close={close}
      title={t('editor.rename')}
      action={t('editor.rename')}
      busy={busy}
      disabled={name.trim() === '' || name.trim() === saved}
      onConfirm={() => {
        rename(name.trim())
      }}
    >
      <Stack gap="xs">
        <TextInput
          label={t('editor.name')}
          value={name}
          data-autofocus
          onChange={(e) => {
            setName(e.currentTarget.value)
          }}
        />
        <Text size="sm" c="dimmed">
          {t('editor.renameText')}
        </Text>
      </Stack>
    </Confirm>
  )
}
