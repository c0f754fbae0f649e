import { Button } from '@mantine/core'
import { IconArrowLeft, IconFileText, IconPrinter } from '@tabler/icons-react'
import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { summaryOf, versionOf } from '@/api/executions'
import { stageQuery, type Execution } from '@/api/queries'
import { Failure, RowsLoading } from '@/components/States'
import { StatusBadge } from '@/components/Status'
import { Toolbar } from '@/components/Toolbar'
import { triggerName } from '@/features/executions/ExecutionRow'
import { useI18n, type Key } from '@/i18n'
import { save } from '@/lib/download'
import { elapsed, moment, span } from '@/lib/format'
import { useNow } from '@/lib/now'
import { isActive, shownStatus } from '@/lib/status'
import { markdown, parametersOf, reportStages, troubled } from './report'
import { useStageTypeName } from '@/stages'
import { useRuns } from './texts'
import classes from './Report.module.css'

/** An execution to be printed, or kept as a file. */
export function Report({ execution: e }: { execution: Execution }) {
  const { t, language } = useI18n()
  const typeName = useStageTypeName()
  const r = useRuns()
  const now = useNow(isActive(e.status))
  const ids = troubled(e)
  const details = useQueries({ queries: ids.map((id) => stageQuery(e.id, id, versionOf(e.stages, id))) })
  const error = details.find((d) => d.error)?.error
  if (error) return <Failure error={error} />
  if (details.some((d) => d.isPending)) return <RowsLoading rows={6} />
  const stages = reportStages(e, new Map(ids.map((id, i) => [id, details[i]?.data?.stages ?? []])))
  const took = elapsed(e, now)
  const look = shownStatus(e)
  const status = (s: string) => t(`status.${s}` as Key)
  const time = (ms: number) => moment(ms, language)
  const began = e.startTime ?? e.buildTime
  const facts: [string, string][] = [
    [r('report.application'), e.application],
    [r('report.status'), status(look)],
    ...(began ? [[r('report.started'), time(began)] as [string, string]] : []),
    ...(took !== undefined ? [[r('report.took'), span(took)] as [string, string]] : []),
    [r('report.trigger'), triggerName(t, e.trigger?.type)],
    ...(summaryOf(e).user ? [[r('report.by'), summaryOf(e).user ?? ''] as [string, string]] : []),
    [r('report.id'), e.id],
    ...(e.cancellationReason ? [[r('report.reason'), e.cancellationReason] as [string, string]] : []),
  ]
  const link = window.location.href.replace(/[?#].*$/, '')
  const words = {
    application: r('report.application'),
    status: r('report.status'),
    started: r('report.started'),
    took: r('report.took'),
    by: r('report.by'),
    trigger: r('report.trigger'),
    id: r('report.id'),
    parameters: r('report.parameters'),
    stages: r('report.stages'),
    stage: r('report.stage'),
    errors: r('report.errors'),
    type: r('report.type'),
  }
  const given = parametersOf(e)
  const bad = stages.filter((s) => s.failures.length > 0)
  return (
    <>
      <Toolbar gap="xs" mb="sm" className="no-print">
        <Button
          component={Link}
          to={`/applications/${encodeURIComponent(e.application)}/executions/${encodeURIComponent(e.id)}`}
          size="xs"
          variant="default"
          leftSection={<IconArrowLeft size={14} />}
        >
          {r('report.back')}
        </Button>
        <Button
          size="xs"
          variant="default"
          ml="auto"
          leftSection={<IconFileText size={14} />}
          onClick={() => {
            save(
              markdown(e, stages, facts, { status, time, of: words }, link),
              `${e.name ?? e.id}.md`,
              'text/markdown',
            )
          }}
        >
          Markdown
        </Button>
        <Button
          size="xs"
          leftSection={<IconPrinter size={14} />}
          onClick={() => {
            window.print()
          }}
        >
          {r('report.print')}
        </Button>
      </Toolbar>
      <article className={`card ${classes.report}`}>
        <h2 className={classes.title}>{e.name}</h2>
        <StatusBadge status={look} />
        <dl className={classes.facts}>
          {facts.map(([name, value]) => (
            <FactRow key={name} name={name} value={value} />
          ))}
        </dl>
        {given.length > 0 && (
          <>
            <h3 className={classes.part}>{r('report.parameters')}</h3>
            <dl className={classes.facts}>
              {given.map(([name, value]) => (
                <FactRow key={name} name={name} value={value} />
              ))}
            </dl>
          </>
        )}
        {bad.length > 0 && <h3 className={classes.part}>{r('report.errors')}</h3>}
        {bad.map((s) => (
          <section key={s.id} aria-label={s.name}>
            <b>{s.name}</b>
            {s.failures.map((f) => (
              <div key={f} className={classes.error}>
                {f}
              </div>
            ))}
          </section>
        ))}
        <h3 className={classes.part}>{r('report.stages')}</h3>
        <div className={classes.scroll} tabIndex={0} role="region" aria-label={r('report.stages')}>
          <table className={classes.table}>
            <thead>
              <tr>
                {[words.stage, words.type, words.status, words.started, words.took].map((h) => (
                  <th key={h} scope="col">
                    {h}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {stages.map((s) => (
                <tr key={s.id}>
                  <td>
                    <b>{s.name}</b>
                    {s.produced.length > 0 && <div className="muted">{s.produced.join(', ')}</div>}
                  </td>
                  <td>{typeName(s.type)}</td>
                  <td>{status(s.status)}</td>
                  <td className="num">{s.start ? time(s.start) : ''}</td>
                  <td className="num">{s.took}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </article>
    </>
  )
}

function FactRow({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}
