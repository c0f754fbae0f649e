import { HealthBar } from '@/components/HealthBar'
import { StageBar } from '@/components/StageBar'
import { StatusBadge, StatusDot, StatusIcon, ToneBadge } from '@/components/Status'
import { Ago, Elapsed } from '@/components/Time'
import type { Tone } from '@/lib/status'
import { Part } from './Part'
import classes from './Design.module.css'

const statuses = [
  'NOT_STARTED',
  'RUNNING',
  'SUCCEEDED',
  'TERMINAL',
  'STOPPED',
  'FAILED_CONTINUE',
  'PAUSED',
  'SUSPENDED',
  'SKIPPED',
  'CANCELED',
  'BUFFERED',
  'JUDGMENT',
  'WAITING',
]
const tones: Tone[] = ['good', 'bad', 'busy', 'wait', 'idle']
const counts = { total: 12, healthy: 7, progressing: 2, suspended: 0, degraded: 1, failed: 1, unknown: 1 }
const since = Date.now() - 95_000

/** How runs, stages, workloads and times look. */
export function Statuses() {
  return (
    <Part title="Statuses">
      <div className={classes.row}>
        {statuses.map((status) => (
          <StatusIcon key={status} status={status} />
        ))}
      </div>
      <div className={classes.row}>
        {statuses.map((status) => (
          <StatusBadge key={status} status={status} />
        ))}
      </div>
      <div className={classes.row}>
        {tones.map((tone) => (
          <span key={tone}>
            <ToneBadge tone={tone}>{tone}</ToneBadge> <StatusDot tone={tone} />
          </span>
        ))}
      </div>
      <div className={classes.row}>
        <HealthBar counts={counts} />
        <HealthBar counts={counts} wide />
        <HealthBar counts={{ ...counts, total: 0 }} />
        <span style={{ width: 220 }}>
          <StageBar stages={statuses.map((status, i) => ({ id: String(i), status }))} />
        </span>
        <Ago time={since} />
        <Elapsed of={{ startTime: since, endTime: since + 83_000 }} />
      </div>
    </Part>
  )
}
