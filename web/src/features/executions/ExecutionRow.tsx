import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { Pipeline, Summary } from '@/api/queries'
import { StageBar } from '@/components/StageBar'
import { StatusDot, StatusIcon, useStatusName } from '@/components/Status'
import { WaitedFor } from '@/components/WaitedFor'
import { Ago, Elapsed } from '@/components/Time'
import { useT, type Key, type Translate } from '@/i18n'
import { topLevel } from '@/lib/graph'
import { shownStageStatus, shownStatus, toneOf, waitedFor } from '@/lib/status'
import { ExecutionMenu } from './ExecutionMenu'
import { pinnedOf, sourceText } from './filter'
import { useList } from './texts'
import classes from './ExecutionRow.module.css'

/** The types of triggers that have a name in words. */
export const triggers = [
  'manual',
  'pipeline',
  'cron',
  'git',
  'docker',
  'webhook',
  'jenkins',
  'pubsub',
  'helm',
  'artifactory',
  'nexus',
  'travis',
  'concourse',
  'plugin',
  'cdevents',
]

/** Why an execution was started, in words. */
export function triggerName(t: Translate, type: string | undefined): string {
  if (!type || !triggers.includes(type)) return type ?? ''
  return t(`trigger.${type}` as Key)
}

type Props = {
  execution: Summary
  /** By its pipeline's name: the list is not of one pipeline. */
  named?: boolean
  /** With its application's name: the list is of many. */
  across?: boolean
  /** With how long each stage took, in place of the bar. */
  durations?: boolean
  /** Its pipeline, whose pinned parameters are shown. */
  pipeline?: Pipeline
}

/** An execution in a list. */
export const ExecutionRow = memo(function ExecutionRow({
  execution: e,
  named = false,
  across = false,
  durations = false,
  pipeline,
}: Props) {
  const t = useT()
  const l = useList()
  const look = shownStatus(e)
  const status = useStatusName(look)
  const target = {
    to: '/applications/$app/executions/$id',
    params: { app: e.application ?? '', id: e.id },
  } as const
  const who = e.user && e.user !== 'anonymous' ? e.user : undefined
  const parent = e.parents?.[0]
  const pinned = pinnedOf(pipeline, e)
  // What is in the title need not be said again.
  const source = sourceText(e)
  const why = [
    across ? e.application : '',
    named || e.title ? status : '',
    triggerName(t, e.triggerType),
    e.title?.includes(source) ? '' : source,
    who,
    e.dryRun ? l('dryRun') : '',
  ]
  return (
    <div className={`${classes.row} hover-row`}>
      <StatusIcon status={look} />
      <span className={`cut ${classes.what}`}>
        <Link {...target} className={classes.link}>
          {named && <>{e.name} </>}
          {e.number !== undefined && <span className={named ? 'muted num' : 'num'}>#{e.number} </span>}
          {e.title ? <span className={named ? classes.title : undefined}>{e.title}</span> : !named && status}
        </Link>
        <span className={`cut muted ${classes.why}`}>
          <WaitedFor waiting={waitedFor(e.stages)} after=" · " />
          {why.filter(Boolean).join(' · ')}
          {parent && (
            <>
              {' '}
              ·{' '}
              <Link to="/executions/$id" params={{ id: parent.id }} className={classes.parent}>
                {e.parents
                  ?.toReversed()
                  .map((p) => p.name ?? p.id)
                  .join(' › ')}
              </Link>
            </>
          )}
        </span>
        {pinned.length > 0 && (
          <span className={`cut ${classes.why}`}>
            {pinned.map(([name, value]) => (
              <span key={name} className={classes.pinned}>
                <span className="muted">{name}</span> <span className="mono">{value}</span>
              </span>
            ))}
          </span>
        )}
      </span>
      <span className={classes.bar}>
        {durations ? <Durations execution={e} /> : <StageBar stages={e.stages} />}
      </span>
      <span className={`muted ${classes.time}`}>
        <Ago time={e.startTime ?? e.buildTime} />
      </span>
      <span className={`muted ${classes.took}`}>
        <Elapsed of={e} />
      </span>
      <span className={classes.menu}>
        <ExecutionMenu execution={e} />
      </span>
    </div>
  )
})

const most = 8

/** The stages of an execution with how long each took. */
function Durations({ execution: e }: { execution: Summary }) {
  const stages = topLevel(e.stages)
  return (
    <span className={classes.durations}>
      {stages.slice(0, most).map((s) => (
        <span key={s.id} className={classes.duration} title={s.name || s.type}>
          <StatusDot tone={toneOf(shownStageStatus(s))} /> <span className="cut">{s.name || s.type}</span>{' '}
          <span className="muted">
            <Elapsed of={s} />
          </span>
        </span>
      ))}
      {stages.length > most && <span className="muted">+{stages.length - most}</span>}
    </span>
  )
}
