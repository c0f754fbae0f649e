import { Anchor, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { failureOf } from '@/api/actions'
import { messagesOf, useTask, type Task } from '@/api/tasks'
import { useInfraT } from '@/i18n/infra'
import { isActive, toneOf } from '@/lib/status'
import { Failure, RowsLoading } from './States'
import { StatusIcon } from './Status'
import classes from './TaskProgress.module.css'
import { TaskSteps } from './TaskSteps'

type Props = {
  id: string
  /** Called once, when the task has ended. */
  ended?: (task: Task) => void
  /** The task as a line: what it does now, or its result. */
  brief?: boolean
}

/** A task's way to its end, as it goes, and what went wrong in words. */
export function TaskProgress({ id, ended, brief }: Props) {
  const t = useInfraT()
  const { data: task, error } = useTask(id)
  const tell = useRef(ended)
  const told = useRef<string>(undefined)
  useEffect(() => {
    tell.current = ended
  })
  useEffect(() => {
    if (!task || isActive(task.status) || told.current === task.id) return
    told.current = task.id
    tell.current?.(task)
  }, [task])
  if (error) return <Failure error={error} />
  if (!task)
    return brief ? <StatusIcon status="NOT_STARTED" size={16} /> : <RowsLoading rows={2} height={20} />
  const failed = toneOf(task.status) === 'bad'
  const messages = isActive(task.status) ? messagesOf(task) : []
  if (brief) {
    return (
      <div className={classes.brief} aria-live="polite">
        <StatusIcon status={task.status} size={16} />
        {failed ? (
          <Text size="xs" className={classes.why}>
            {failureOf(task)}
          </Text>
        ) : (
          messages.length > 0 && (
            <Text size="xs" c="dimmed" className={classes.why}>
              {messages[0]}
            </Text>
          )
        )}
      </div>
    )
  }
  return (
    <div aria-live="polite">
      {failed && (
        <Text role="alert" className={classes.failure}>
          {failureOf(task)}
        </Text>
      )}
      <TaskSteps task={task} />
      {messages.map((m) => (
        <Text key={m} size="sm" c="dimmed" mt={6} style={{ overflowWrap: 'anywhere' }}>
          {m}
        </Text>
      ))}
      <Group mt="sm">
        <Anchor size="sm" component={Link} to={`/tasks/${encodeURIComponent(id)}`}>
          {t('task.open')}
        </Anchor>
      </Group>
    </div>
  )
}
