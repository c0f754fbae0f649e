import { Button, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, unwrap } from '@/api/client'
import { keys } from '@/api/queries'
import { taskQuery, type Task } from '@/api/tasks'
import { Confirm } from '@/components/Confirm'
import { Toolbar } from '@/components/Toolbar'
import { useAction } from '@/components/useAction'
import { useInfraT } from '@/i18n/infra'
import { isActive } from '@/lib/status'

/** Cancels a task that runs, deletes one that has ended; both ask first. */
export function TaskActions({ task, deleted }: { task: Task; deleted?: () => void }) {
  const t = useInfraT()
  const queries = useQueryClient()
  const [asked, setAsked] = useState<'cancel' | 'delete'>()
  const path = { params: { path: { id: task.id } } }
  const done = () => {
    setAsked(undefined)
    void queries.invalidateQueries({ queryKey: keys.tasks(task.application ?? '') })
  }
  const cancel = useAction(() => unwrap(client.PUT('/tasks/{id}/cancel', path)), {
    then: () => {
      done()
      void queries.invalidateQueries({ queryKey: taskQuery(task.id).queryKey })
    },
  })
  const remove = useAction(() => unwrap(client.DELETE('/tasks/{id}', path)), {
    done: t('task.deleted'),
    then: () => {
      done()
      deleted?.()
    },
  })
  const active = isActive(task.status)
  // What is asked stays what it was when it was asked, however the task goes on.
  const cancels = asked === 'cancel'
  return (
    <Toolbar gap="xs">
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          setAsked(active ? 'cancel' : 'delete')
        }}
      >
        {t(active ? 'task.cancel' : 'task.delete')}
      </Button>
      {asked && (
        <Confirm
          opened
          close={() => {
            setAsked(undefined)
          }}
          danger
          title={cancels ? `${t('task.cancel')}?` : t('task.deleteTitle')}
          action={t(cancels ? 'task.cancel' : 'task.delete')}
          dismiss={cancels ? t('task.keep') : undefined}
          busy={cancel.isPending || remove.isPending}
          disabled={cancels && !active}
          onConfirm={() => {
            if (cancels) cancel.mutate()
            else remove.mutate()
          }}
        >
          <Text>{t(cancels ? 'task.cancelText' : 'task.deleteText')}</Text>
        </Confirm>
      )}
    </Toolbar>
  )
}

/** Who has started a task; nobody where nobody logs in. */
export function userOf(task: Task): string | undefined {
  const user = (task.execution.authentication as { user?: unknown } | undefined)?.user
  return typeof user === 'string' && user !== 'anonymous' ? user : undefined
}

/** The reason that was given for a task. */
export function reasonOf(task: Task): string | undefined {
  const reason = task.variables.find((v) => v.key === 'reason')?.value
  return typeof reason === 'string' && reason !== '' ? reason : undefined
}
