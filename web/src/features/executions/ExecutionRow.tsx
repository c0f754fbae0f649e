import { Link } from '@tanstack/react-router'
import type { Summary } from '@/api/queries'
import { StageBar } from '@/components/StageBar'
import { StatusIcon, useStatusName } from '@/components/Status'
import { Ago, Elapsed } from '@/components/Time'
import { useT, type Key, type Translate } from '@/i18n'
import { executionTone } from '@/lib/status'
import { ExecutionMenu } from './ExecutionMenu'
import classes from './ExecutionRow.module.css'

const triggers = ['manual', 'pipeline', 'cron', 'git', 'docker', 'webhook', 'jenkins', 'pubsub', 'helm', 'artifactory', 'nexus', 'travis', 'concourse', 'plugin', 'cdevents']

/** Why an execution was started, in words. */
export function triggerName(t: Translate, type: string | undefined): string {
  if (!type || !triggers.includes(type)) return type ?? ''
  return t(`trigger.${type}` as Key)
}

/** An execution in a list. */
export function ExecutionRow({ execution: e, named = false }: { execution: Summary; named?: boolean }) {
  const t = useT()
  const tone = executionTone(e)
  const status = useStatusName(e.status, tone)
  const target = { to: '/applications/$app/executions/$id', params: { app: e.application ?? '', id: e.id } } as const
  const who = e.user && e.user !== 'anonymous' ? e.user : undefined
  return (
    <div className={`${classes.row} hover-row`}>
      <StatusIcon status={e.status} tone={tone} />
      <span className={`cut ${classes.what}`}>
        <Link {...target} className={classes.link}>{named ? e.name : status}</Link>
        <span className={`cut muted ${classes.why}`}>
          {[triggerName(t, e.triggerType), who].filter(Boolean).join(' · ')}
        </span>
      </span>
      <span className={classes.bar}><StageBar stages={e.stages} /></span>
      <span className={`muted ${classes.time}`}><Ago time={e.startTime ?? e.buildTime} /></span>
      <span className={`muted ${classes.took}`}><Elapsed of={e} /></span>
      <span className={classes.menu}><ExecutionMenu execution={e} /></span>
    </div>
  )
}
