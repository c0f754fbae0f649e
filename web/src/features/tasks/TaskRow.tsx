import { Anchor, Group, Text } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { failureOf } from '@/api/actions'
import { messagesOf, useTask, type Task } from '@/api/tasks'
import { StatusIcon } from '@/components/Status'
import { TaskSteps } from '@/components/TaskSteps'
import { Ago, Elapsed } from '@/components/Time'
import { useInfraT } from '@/i18n/infra'
import { isActive, toneOf } from '@/lib/status'
import { reasonOf, TaskActions, userOf } from './TaskActions'
import classes from './TaskRow.module.css'

/** A task, which opens to its steps as they go. */
export function TaskRow({ task: listed, open, toggle }: { task: Task; open: boolean; toggle: () => void }) {
  const followed = useTask(open && isActive(listed.status) ? listed.id : undefined).data
  const task = open && followed?.id === listed.id ? followed : listed
  return (
    <div className={classes.task}>
      <button type="button" className={`${classes.head} hover-row`} aria-expanded={open} onClick={toggle}>
        <StatusIcon status={task.status} />
        <span className="cut">
          <b>{task.name ?? task.id}</b>
        </span>
        <span className={`cut muted ${classes.user}`}>{userOf(task)}</span>
        <span className="muted">
          <Ago time={task.startTime ?? task.buildTime} />
        </span>
        <span className={`muted ${classes.took}`}>
          <Elapsed of={task} />
        </span>
        <IconChevronRight size={16} className={classes.arrow} data-open={open || undefined} aria-hidden />
      </button>
      {open && <Body task={task} />}
    </div>
  )
}

function Body({ task }: { task: Task }) {
  const t = useInfraT()
  const reason = reasonOf(task)
  return (
    <div className={classes.body}>
      {toneOf(task.status) === 'bad' && (
        <Text role="alert" className={classes.failure}>
          {failureOf(task)}
        </Text>
      )}
      {reason && (
        <Text size="sm" mb={6}>
          <span className="muted">{t('task.reason')}: </span>
          {reason}
        </Text>
      )}
      <TaskSteps task={task} />
      {isActive(task.status) &&
        messagesOf(task).map((m) => (
          <Text key={m} size="sm" c="dimmed" mt={4}>
            {m}
          </Text>
        ))}
      <Group mt="sm" gap="md">
        <Anchor size="sm" component={Link} to={`/tasks/${encodeURIComponent(task.id)}`}>
          {t('task.open')}
        </Anchor>
        <TaskActions task={task} />
      </Group>
    </div>
  )
}
