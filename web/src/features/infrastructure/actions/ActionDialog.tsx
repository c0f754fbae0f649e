import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { sayError, startTask } from '@/api/actions'
import { keys } from '@/api/queries'
import type { Task } from '@/api/tasks'
import { Failure, RowsLoading } from '@/components/States'
import { TaskProgress } from '@/components/TaskProgress'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import { objectOf, type KubernetesObject } from '../object'
import { manifestQuery } from '../objectQueries'
import { balancersOf, dangerous, jobFor, type Choices, type Offer } from './actions'
import { Choose } from './Choose'
import { useActionName } from './names'

type Props = { offer: Offer; dismiss: () => void; done: () => void }

/** Asks for an action with what will come of it, does it, and follows it to its end. */
export function ActionDialog({ offer, dismiss, done }: Props) {
  const t = useT()
  const name = useActionName()
  const { data, error } = useQuery(manifestQuery(offer.place))
  return (
    <Modal
      opened
      onClose={dismiss}
      size={offer.action === 'undo' ? 860 : 'md'}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      title={
        <Text
          fw={600}
          style={{ overflowWrap: 'anywhere' }}
        >{`${name(offer.action)}: ${kindAndName(offer.place.name).name}`}</Text>
      }
    >
      {error ? (
        <Failure error={error} />
      ) : data ? (
        <Ask offer={offer} object={objectOf(data)} dismiss={dismiss} done={done} />
      ) : (
        <RowsLoading rows={3} height={24} />
      )}
    </Modal>
  )
}

function Ask({
  offer: { action, place, revision },
  object,
  dismiss,
  done,
}: Props & { object: KubernetesObject }) {
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
        <Group justify="flex-end" gap="xs">
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
        </Group>
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
        <Group justify="flex-end" gap="xs">
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
        </Group>
      </Stack>
    </form>
  )
}
