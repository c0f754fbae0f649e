import { Text } from '@mantine/core'
import type { Stage } from '@/api/queries'
import { StatusIcon } from '@/components/Status'
import { Elapsed } from '@/components/Time'
import { useT } from '@/i18n'
import classes from './StageTasks.module.css'

/** The tasks of a stage and of those it consists of, as they are run. */
export function StageTasks({ stages }: { stages: readonly Stage[] }) {
  const t = useT()
  const some = stages.filter((s) => (s.tasks?.length ?? 0) > 0)
  if (some.length === 0) return <Text c="dimmed">{t('stage.noTasks')}</Text>
  return some.map((s) => (
    <div key={s.id} className={classes.stage}>
      {some.length > 1 && (
        <Text size="xs" fw={600} c="dimmed" mb={4}>
          {s.name}
        </Text>
      )}
      {s.tasks?.map((task) => (
        <div key={task.id} className={classes.task}>
          <StatusIcon status={task.status} size={16} />
          <span className="cut">{task.name}</span>
          <span className="muted">
            <Elapsed of={task} />
          </span>
        </div>
      ))}
    </div>
  ))
}
