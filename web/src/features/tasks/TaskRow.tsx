import { Button, Group, Text } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { failureOf } from '@/api/actions'
import { client, unwrap, type Schemas } from '@/api/client'
import { JsonView } from '@/components/JsonView'
import { StatusIcon } from '@/components/Status'
import { Ago, Elapsed } from '@/components/Time'
import { useAction } from '@/components/useAction'
import { useT } from '@/i18n'
import { isActive, toneOf } from '@/lib/status'
import classes from './TaskRow.module.css'

/** A task, which opens to its steps and what it was given. */
export function TaskRow({ task, open, toggle }: { task: Schemas['Task']; open: boolean; toggle: () => void }) {
  const t = useT()
  const cancel = useAction(() => unwrap(client.PUT('/tasks/{id}/cancel', { params: { path: { id: task.id } } })))
  const user = (task.execution.authentication as { user?: string } | undefined)?.user
  const failed = toneOf(task.status) === 'bad'
  return (
    <div className={classes.task}>
      <button type="button" className={`${classes.head} hover-row`} aria-expanded={open} onClick={toggle}>
        <StatusIcon status={task.status} />
        <span className="cut"><b>{task.name ?? task.id}</b></span>
        <span className={`cut muted ${classes.user}`}>{user === 'anonymous' ? '' : user}</span>
        <span className="muted"><Ago time={task.startTime ?? task.buildTime} /></span>
        <span className={`muted ${classes.took}`}><Elapsed of={task} /></span>
        <IconChevronRight size={16} className={classes.arrow} data-open={open || undefined} aria-hidden />
      </button>
      {open && (
        <div className={classes.body}>
          {failed && <Text role="alert" className={classes.failure}>{failureOf(task)}</Text>}
          {task.steps.map((step) => (
            <div key={`${step.id} ${step.name}`} className={classes.step}>
              <StatusIcon status={step.status} size={16} /><span className="cut">{step.name}</span><span className="muted"><Elapsed of={step} /></span>
            </div>
          ))}
          {isActive(task.status) && <Group my="sm"><Button size="xs" color="red" variant="default" loading={cancel.isPending} onClick={() => { cancel.mutate() }}>{t('common.cancel')}</Button></Group>}
          <Text size="xs" fw={600} c="dimmed" mt="sm" mb={6}>{t('tasks.given')}</Text>
          <JsonView value={Object.fromEntries(task.variables.map((v) => [v.key ?? '', v.value]))} name={`${task.id}.json`} />
        </div>
      )}
    </div>
  )
}
