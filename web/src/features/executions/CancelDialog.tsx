import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { cancelExecution } from '@/api/actions'
import { Confirm } from '@/components/Confirm'
import { useAction } from '@/components/useAction'
import { useT } from '@/i18n'

/** Cancels an execution, and asks why. */
export function CancelDialog({
  execution,
  opened,
  close,
}: {
  execution: { id: string; name?: string }
  opened: boolean
  close: () => void
}) {
  const t = useT()
  const [reason, setReason] = useState('')
  const cancel = useAction(() => cancelExecution(execution.id, reason.trim()), { then: close })
  return (
    <Confirm
      opened={opened}
      close={close}
      title={t('execution.cancelTitle', { name: execution.name ?? '' })}
      action={t('execution.cancel')}
      dismiss={t('execution.keep')}
      danger
      busy={cancel.isPending}
      onConfirm={() => {
        cancel.mutate()
      }}
    >
      {t('execution.cancelText')}
      <TextInput
        mt="sm"
        label={t('execution.reason')}
        placeholder={t('execution.reasonHint')}
        value={reason}
        onChange={(e) => {
          setReason(e.currentTarget.value)
        }}
        data-autofocus
      />
    </Confirm>
  )
}
