import { Button, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { sayError, startTask } from '@/api/actions'
import { keys } from '@/api/queries'
import type { Task } from '@/api/tasks'
import { DialogFoot } from '@/components/DialogFoot'
import { TaskProgress } from '@/components/TaskProgress'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import { type KubernetesObject } from '../object'
import { balancersOf, dangerous, jobFor, type Choices, type Offer } from './actions'
import { Choose } from './Choose'
import { useActionName } from './names'

type Props = { offer: Offer; object: KubernetesObject; dismiss: () => void; done: () => void }

/** The form of an action, and its progress once it has been started. */
export function AskAction({ offer: { action, place, revision }, object, dismiss, done }: Props) {
  const t = useT()
  const ti = useInfraT()
  const name = useActionName()
  const now = object.spec?.replicas ?? 0
  const [choices, setChoices] = useState<Choices>({
    replicas: now,
    cascading: 'background',
    grace: '',
    revision,
    balancers: balancersOf(object),
  })
  const [reason, setReason] = useState('')
  const change = useCallback((more: Partial<Choices>) => {
    setChoices((before) => ({ ...before, ...more }))
  }, [])
  const start = useMutation({
    mutationFn: () =>
      startTask(place.app, `${name(action)}: ${place.name}`, [jobFor(action, place, choices, reason)]),
  })
  const queries = useQueryClient()
  const ended = (task: Task) => {
    void queries.invalidateQueries({ queryKey: keys.infrastructure(place.app) })
    if (task.status !== 'SUCCEEDED') return
    notifications.show({
      color: 'green',
      message: t('object.done', { what: name(action), name: kindAndName(place.name).name }),
    })
    done()
  }
  if (start.data !== undefined) {
    return (
      <Stack gap="md">
        <TaskProgress id={start.data} ended={ended} />
        <DialogFoot>
          <Button
            variant="default"
            onClick={() => {
              start.reset()
            }}
          >
            {ti('act.back')}
          </Button>
          <Button variant="default" onClick={dismiss}>
            {t('common.close')}
          </Button>
        </DialogFoot>
      </Stack>
    )
  }
  const ready =
    action === 'scale'
      ? choices.replicas !== '' && Number(choices.replicas) !== now
      : action === 'undo'
        ? choices.revision !== undefined
        : action !== 'attach' || choices.balancers.length > 0
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        if (ready) start.mutate()
      }}
    >
      <Stack gap="sm">
        <Choose action={action} place={place} object={object} choices={choices} change={change} />
        <Text size="sm" c="dimmed">
          {place.account} · {place.location}
        </Text>
        <TextInput
          label={ti('ask.reason')}
          description={ti('ask.reasonHint')}
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
        <DialogFoot>
          <Button variant="default" onClick={dismiss}>
            {t('common.cancel')}
          </Button>
          <Button
            type="submit"
            color={dangerous(action) ? 'red' : undefined}
            loading={start.isPending}
            disabled={!ready}
          >
            {name(action)}
          </Button>
        </DialogFoot>
      </Stack>
    </form>
  )
}
