import { Link } from '@tanstack/react-router'
import type { Summary } from '@/api/queries'
import { Ago } from '@/components/Time'
import { span } from '@/lib/format'
import classes from './Pipelines.module.css'
import { statsOf } from './stats'
import { usePipelineTexts } from './texts'

/** How the newest finished runs of a pipeline went; nothing if there is none. */
export function PipelineStats({ app, runs }: { app: string; runs: readonly Summary[] }) {
  const p = usePipelineTexts()
  const stats = statsOf(runs)
  if (stats.runs === 0) return null
  const time = (ms: number | undefined) => (ms === undefined ? '–' : span(ms))
  return (
    <section className="card" aria-label={p('stats', { n: stats.runs })} style={{ marginBottom: 20 }}>
      <dl className={classes.stats} style={{ margin: 0 }}>
        <div>
          <dt>{p('stats', { n: stats.runs })}</dt>
          <dd className="num">
            {stats.success === undefined ? '–' : `${Math.round(stats.success * 100)} %`} {p('success')}
          </dd>
        </div>
        <div>
          <dt>{p('median')}</dt>
          <dd className="num">{time(stats.median)}</dd>
        </div>
        <div>
          <dt>{p('slowest')}</dt>
          <dd className="num">{time(stats.slowest)}</dd>
        </div>
        <div>
          <dt>{p('lastFailure')}</dt>
          <dd>
            {stats.failure ? (
              <Link
                to="/applications/$app/executions/$id"
                params={{ app, id: stats.failure.id }}
                className="row-link"
              >
                #{stats.failure.number} <Ago time={stats.failure.endTime ?? stats.failure.buildTime} />
              </Link>
            ) : (
              p('none')
            )}
          </dd>
        </div>
      </dl>
    </section>
  )
}
