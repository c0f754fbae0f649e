import { Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Summary } from '@/api/queries'
import { StageBar } from '@/components/StageBar'
import { StatusIcon } from '@/components/Status'
import { Elapsed } from '@/components/Time'
import { WaitedFor } from '@/components/WaitedFor'
import { JudgmentCard } from '@/features/execution/JudgmentCard'
import { useT } from '@/i18n'
import { judgmentsOf, shownStatus, waitedFor } from '@/lib/status'
import { useSteady } from '@/lib/useSteady'
import classes from './Now.module.css'

const shown = 8

/** What waits for a person and what runs of these executions; nothing where there is nothing. */
export function RunsNow({
  executions,
  everywhere = false,
}: {
  executions: readonly Summary[]
  everywhere?: boolean
}) {
  const t = useT()
  const active = executions.filter((e) => ['RUNNING', 'PAUSED', 'NOT_STARTED', 'BUFFERED'].includes(e.status))
  const asked = useMemo(
    () =>
      executions
        .filter((e) => e.status === 'RUNNING')
        .flatMap((e) => judgmentsOf(e.stages).map((stage) => ({ e, stage }))),
    [executions],
  )
  const [waiting, hold] = useSteady(asked, ({ stage }) => stage.id ?? '')
  const running = active.filter((e) => judgmentsOf(e.stages).length === 0)
  if (active.length === 0 && waiting.length === 0) return null
  return (
    <div className={classes.now}>
      {waiting.length > 0 && (
        <section aria-labelledby="waiting">
          <Title order={2} id="waiting" className={classes.title}>
            {t('now.waiting')} <span className="muted num">{asked.length}</span>
          </Title>
          <div className={classes.cards} {...hold}>
            {waiting.slice(0, shown).map(({ e, stage }) => (
              <JudgmentCard
                key={stage.id}
                execution={e}
                stageId={stage.id ?? ''}
                stageName={stage.name ?? ''}
                ended={!asked.some((a) => a.stage.id === stage.id)}
              />
            ))}
          </div>
        </section>
      )}
      {running.length > 0 && (
        <section aria-labelledby="running">
          <Title order={2} id="running" className={classes.title}>
            {t('now.running')} <span className="muted num">{running.length}</span>
          </Title>
          <div className={`card ${classes.list}`}>
            {running.slice(0, shown).map((e) => (
              <Link
                key={e.id}
                to="/applications/$app/executions/$id"
                params={{ app: e.application ?? '', id: e.id }}
                className={`${classes.run} hover-row`}
              >
                <StatusIcon status={shownStatus(e)} />
                <span className="cut">
                  {everywhere && <span className="muted">{e.application} / </span>}
                  <b>{e.name}</b>
                  <WaitedFor waiting={waitedFor(e.stages)} before=" · " />
                </span>
                <StageBar stages={e.stages} />
                <span className="muted">
                  <Elapsed of={e} />
                </span>
              </Link>
            ))}
          </div>
        </section>
      )}
    </div>
  )
}
