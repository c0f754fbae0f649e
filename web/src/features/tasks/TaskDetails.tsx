import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { failureOf } from '@/api/actions'
import { messagesOf, type Task } from '@/api/tasks'
import { JsonView } from '@/components/JsonView'
import { StatusBadge } from '@/components/Status'
import { TaskSteps } from '@/components/TaskSteps'
import { Ago, Elapsed } from '@/components/Time'
import { Toolbar } from '@/components/Toolbar'
import { useInfraT } from '@/i18n/infra'
import { isActive, toneOf } from '@/lib/status'
import { reasonOf, TaskActions, userOf } from './TaskActions'
import classes from './TaskPage.module.css'

/** What a task does, how far it is, and what it has left. */
export function TaskDetails({ task }: { task: Task }) {
  const t = useInfraT()
  const navigate = useNavigate()
  const app = task.application ?? ''
  const reason = reasonOf(task)
  const user = userOf(task)
  const messages = isActive(task.status) ? messagesOf(task) : []
  return (
    <div className="page">
      <Group gap={6} mb={6} wrap="nowrap" style={{ minWidth: 0 }}>
        <Anchor size="sm" c="dimmed" component={Link} to={`/applications/${encodeURIComponent(app)}`}>
          {app}
        </Anchor>
        <span className="muted" aria-hidden>
          /
        </span>
        <Anchor size="sm" c="dimmed" component={Link} to={`/applications/${encodeURIComponent(app)}/tasks`}>
          {t('task.one')}
        </Anchor>
      </Group>
      <Toolbar justify="space-between" gap="sm" mb="lg">
        <Group gap={12} style={{ minWidth: 0 }}>
          <Title order={1} style={{ overflowWrap: 'anywhere' }}>
            {task.name ?? task.id}
          </Title>
          <StatusBadge status={task.status} />
        </Group>
        <TaskActions
          task={task}
          deleted={() => void navigate({ to: '/applications/$app/tasks', params: { app } })}
        />
      </Toolbar>
      {toneOf(task.status) === 'bad' && (
        <Text role="alert" className={classes.failure}>
          {failureOf(task)}
        </Text>
      )}
      <div className={classes.columns}>
        <section className={`card ${classes.part}`} aria-labelledby="steps">
          <Title order={2} id="steps" mb={8}>
            {t('task.steps')}
          </Title>
          <TaskSteps task={task} />
          {messages.length > 0 && (
            <div className={classes.now}>
              <Text size="xs" fw={600} c="dimmed">
                {t('task.now')}
              </Text>
              {messages.map((m) => (
                <Text key={m} size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {m}
                </Text>
              ))}
            </div>
          )}
        </section>
        <section className={`card ${classes.part}`}>
          <dl className={classes.facts}>
            <div>
              <dt>{t('task.started')}</dt>
              <dd>
                <Ago time={task.startTime ?? task.buildTime} />
              </dd>
            </div>
            <div>
              <dt>{t('task.took')}</dt>
              <dd>
                <Elapsed of={task} />
              </dd>
            </div>
            {user && (
              <div>
                <dt>{t('task.user')}</dt>
                <dd>{user}</dd>
              </div>
            )}
            {reason && (
              <div>
                <dt>{t('task.reason')}</dt>
                <dd>{reason}</dd>
              </div>
            )}
          </dl>
        </section>
      </div>
      <Stack gap={8} mt="lg">
        <Title order={2}>{t('task.given')}</Title>
        <JsonView
          value={Object.fromEntries(task.variables.map((v) => [v.key ?? '', v.value]))}
          name={`${task.id}.json`}
        />
      </Stack>
    </div>
  )
}
