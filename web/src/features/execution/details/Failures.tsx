import { Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Stage } from '@/api/queries'
import type { Failure } from '../stage'
import { useRuns } from '../texts'
import { FailedExpression } from './FailedExpression'
import classes from './details.module.css'
import { Parts } from './Parts'

/** What went wrong, what that means, and where to look next. */
export function Failures({
  app,
  pipeline,
  stage,
  failures,
}: {
  app: string
  /** The id of the run's pipeline. */
  pipeline: string | undefined
  stage: Stage
  failures: readonly Failure[]
}) {
  const r = useRuns()
  return failures.map((f) => (
    <div key={`${f.stage.id} ${f.message}`} role="alert" className={classes.failure}>
      <IconAlertTriangle size={18} aria-hidden />
      <div style={{ minWidth: 0 }}>
        {f.reason === 'stopped' && (
          <Text fw={550}>{f.by ? r('failed.stoppedBy', { user: f.by }) : r('failed.stopped')}</Text>
        )}
        {f.reason === 'checkFalse' && f.message === '' && <Text fw={550}>{r('failed.check')}</Text>}
        <Parts app={app} parts={f.parts} />
        {f.expression && <FailedExpression app={app} failure={f} pipeline={pipeline} />}
        <Text size="xs" c="dimmed" mt={4}>
          {[f.stage.id === stage.id ? undefined : f.stage.name, f.task].filter(Boolean).join(' · ')}
        </Text>
      </div>
    </div>
  ))
}
