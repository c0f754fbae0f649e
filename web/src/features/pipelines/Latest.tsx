import { Link } from '@tanstack/react-router'
import type { Summary } from '@/api/queries'
import { StatusIcon, useStatusName } from '@/components/Status'
import { shownStatus } from '@/lib/status'
import classes from './Pipelines.module.css'
import { usePipelineTexts } from './texts'

/** The latest runs of a pipeline as icons, the newest last. */
export function Latest({ runs }: { runs: readonly Summary[] }) {
  const p = usePipelineTexts()
  return (
    <span className={classes.latest} role="group" aria-label={p('lastRuns')}>
      {runs.toReversed().map((e) => (
        <Run key={e.id} run={e} />
      ))}
    </span>
  )
}

function Run({ run: e }: { run: Summary }) {
  const status = shownStatus(e)
  return (
    <Link
      to="/applications/$app/executions/$id"
      params={{ app: e.application ?? '', id: e.id }}
      className={classes.dot}
      aria-label={`#${e.number ?? e.id}, ${useStatusName(status)}`}
    >
      <StatusIcon status={status} size={16} />
    </Link>
  )
}
