import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { sayError, startTask } from '@/api/actions'
import type { Task } from '@/api/tasks'
import { Dialog } from '@/components/Dialog'
import { DialogFoot } from '@/components/DialogFoot'
import { TaskProgress } from '@/components/TaskProgress'
import { useInfraT } from '@/i18n/infra'
import type { Json } from '@/lib/json'
import { deployJob } from './edit'
import type { Plan } from './usePlan'

type Props = {
  app: string
  account: string
  objects: readonly Json[]
  plan: Plan
  edit: boolean
  /** Looks once more before it begins; false where it is not to be done any more. */
  before: () => Promise<boolean>
  close: () => void
  /** The task has ended well. */
  done: () => void
  show: () => void
}

/** Asks before a manifest is applied, and follows what comes of it. */
export function ApplyDialog({ app, account, objects, plan, edit, before, close, done, show }: Props) {
  const t = useInfraT()
  const [reason, setReason] = useState('')
  const [ended, setEnded] = useState<Task>()
  const start = useMutation({
    mutationFn: async () => {
      if (!(await before())) return undefined
      const names = plan.changes.map((c) => c.fullName).join(', ')
      return await startTask(
        app,
        `Deploy ${names.length > 100 ? `${plan.changes.length} manifests` : names}`,
        [deployJob({ app, account, objects, edit, reason: reason.trim() })],
      )
    },
    onSuccess: (id) => {
      if (id === undefined) close()
    },
  })
  const id = start.data
  const good = ended?.status === 'SUCCEEDED'
  const title = !id
    ? t(edit ? 'manifest.applyTitle' : 'manifest.deployTitle')
    : !ended
      ? t('manifest.running')
      : t(good ? 'manifest.done' : 'manifest.failed')
  return (
    <Dialog close={close} title={title}>
      {id === undefined ? (
        <form
          onSubmit={(e) => {
            e.preventDefault()
            start.mutate()
          }}
        >
          <Stack gap="sm">
            <ul style={{ margin: 0, paddingLeft: 18 }}>
              {plan.changes.map((c) => (
                <li key={`${c.namespace ?? ''} ${c.fullName}`}>
                  {t(`manifest.will.${c.action}`, { name: c.fullName })}
                  {c.namespace && <span className="muted"> · {c.namespace}</span>}
                </li>
              ))}
            </ul>
            <Text size="sm" c="dimmed">
              {t('manifest.account')}: {account}
            </Text>
            <TextInput
              label={t('ask.reason')}
              description={t('ask.reasonHint')}
              value={reason}
              onChange={(e) => {
                setReason(e.currentTarget.value)
              }}
              data-autofocus
              autoComplete="off"
            />
            {start.isError && (
              <Text role="alert" size="sm" style={{ color: 'var(--bad)', whiteSpace: 'pre-wrap' }}>
                {sayError(start.error)}
              </Text>
            )}
            <DialogFoot>
              <Button variant="default" onClick={close}>
                {t('manifest.cancel')}
              </Button>
              <Button type="submit" loading={start.isPending}>
                {t(edit ? 'manifest.apply' : 'manifest.deployAction')}
              </Button>
            </DialogFoot>
          </Stack>
        </form>
      ) : (
        <Stack gap="md">
          <TaskProgress
            id={id}
            ended={(task) => {
              setEnded(task)
              if (task.status === 'SUCCEEDED') done()
            }}
          />
          <DialogFoot>
            <Button variant="default" onClick={close}>
              {ended ? t('manifest.goOn') : t('manifest.close')}
            </Button>
            {good && (
              <Button onClick={show} data-autofocus>
                {t('manifest.show')}
              </Button>
            )}
          </DialogFoot>
        </Stack>
      )}
    </Dialog>
  )
}
