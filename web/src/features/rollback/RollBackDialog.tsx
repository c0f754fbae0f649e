import { Button, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { cancelExecution, sayError, startTask } from '@/api/actions'
import { keys } from '@/api/queries'
import type { RollbackPlan } from '@/api/rollback'
import type { Task } from '@/api/tasks'
import { Dialog } from '@/components/Dialog'
import { DialogFoot } from '@/components/DialogFoot'
import { TaskProgress } from '@/components/TaskProgress'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import { actionOf, changed } from './names'
import { RollBackObject } from './RollBackObject'
import { useRollbackTexts } from './texts'
import classes from './RollBack.module.css'

type Props = {
  app: string
  plan: RollbackPlan
  executionId: string
  /** The stage's name. */
  name: string
  dismiss: () => void
}

/** Shows what rolling a stage back changes, does it as one task, and follows that to its end. */
export function RollBackDialog({ app, plan: latest, executionId, name, dismiss }: Props) {
  const common = useT()
  const t = useRollbackTexts()
  // What is asked about stays what it was when the dialog opened.
  const [plan] = useState(latest)
  const [reason, setReason] = useState('')
  const queries = useQueryClient()
  const does = changed(plan)
  const forth = plan.verdict === 'rolledBack'
  const start = useMutation({
    mutationFn: async () => {
      if (plan.running) await cancelExecution(executionId, plan.description)
      const jobs = plan.jobs.map((j) => ({
        ...j,
        type: String(j['type']),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      }))
      return startTask(plan.application, plan.description, jobs)
    },
  })
  const ended = (task: Task) => {
    void queries.invalidateQueries({ queryKey: keys.infrastructure(app) })
    if (task.status !== 'SUCCEEDED') return
    const what = does.map((o) => kindAndName(o.name).name).join(', ')
    notifications.show({ color: 'green', message: t(forth ? 'doneForth' : 'done', { what }) })
    dismiss()
  }
  return (
    <Dialog close={dismiss} size={860} title={t(forth ? 'forthTitle' : 'title', { name })}>
      {start.data !== undefined ? (
        <Stack gap="md">
          <TaskProgress id={start.data} ended={ended} />
          <DialogFoot>
            <Button variant="default" onClick={dismiss}>
              {t('close')}
            </Button>
          </DialogFoot>
        </Stack>
      ) : (
        <form
          onSubmit={(e) => {
            e.preventDefault()
            start.mutate()
          }}
        >
          <Stack gap="sm">
            {plan.running && (
              <Text size="sm" style={{ color: 'var(--wait)' }}>
                {t('stops')}
              </Text>
            )}
            <div>
              {plan.objects.map((o) => (
                <RollBackObject
                  key={`${o.account} ${o.location} ${o.name}`}
                  object={o}
                  does={does.includes(o)}
                />
              ))}
            </div>
            <TextInput
              label={t('reason')}
              description={t('reasonHint')}
              value={reason}
              onChange={(e) => {
                setReason(e.currentTarget.value)
              }}
              autoComplete="off"
            />
            {start.isError && (
              <Text role="alert" size="sm" style={{ color: 'var(--bad)', whiteSpace: 'pre-wrap' }}>
                {sayError(start.error)}
              </Text>
            )}
            <DialogFoot className={classes.foot}>
              <Button variant="default" onClick={dismiss}>
                {common('common.cancel')}
              </Button>
              <Button type="submit" loading={start.isPending}>
                {actionOf(t, plan)}
              </Button>
            </DialogFoot>
          </Stack>
        </form>
      )}
    </Dialog>
  )
}
