import { SegmentedControl, Skeleton } from '@mantine/core'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useExecution } from '@/api/executions'
import type { Execution } from '@/api/queries'
import { usePageTitle } from '@/components/PageTitle'
import { Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { useT } from '@/i18n'
import { judgmentsOf, toneOf } from '@/lib/status'
import { topLevel } from '@/lib/graph'
import classes from './ExecutionPage.module.css'
import { nthStage } from './nth'
import { StagePanel } from './StagePanel'
import { Timeline } from './Timeline'
import { RunHeader } from './RunHeader'

const Graph = lazy(() => import('./Graph'))

const Report = lazy(() => import('./Report').then((m) => ({ default: m.Report })))

const from = '/applications/$app/executions/$id'

/** One execution: what it does, what it has done, and what can be done about it. */
export function ExecutionPage() {
  const t = useT()
  const { app, id } = useParams({ from })
  const query = useExecution(id)
  usePageTitle(
    query.data && t(`status.${query.data.status}`),
    query.data?.name &&
      [query.data.name, query.data.number && `#${query.data.number}`, query.data.title]
        .filter(Boolean)
        .join(' '),
    app,
  )
  if (query.error)
    return (
      <div className="page">
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    )
  if (!query.data)
    return (
      <div className="page">
        <RowsLoading rows={5} height={60} />
      </div>
    )
  return <Shown execution={query.data} app={app} />
}

/** The stage that a person most likely wants to see: one that waits or failed, else one that runs. */
function mostInteresting(e: Execution): string | undefined {
  const stages = topLevel(e.stages)
  const found =
    judgmentsOf(stages)[0] ??
    stages.find((s) => toneOf(s.status) === 'bad') ??
    stages.find((s) => s.status === 'RUNNING') ??
    stages.at(-1)
  return found?.id
}

function Shown(props: { execution: Execution; app: string }) {
  const { view } = useSearch({ from })
  if (view === 'report')
    return (
      <div className="page">
        <Suspense fallback={<RowsLoading rows={6} />}>
          <Report execution={props.execution} />
        </Suspense>
      </div>
    )
  return <Running {...props} />
}

function Running({ execution: e, app }: { execution: Execution; app: string }) {
  const t = useT()
  const navigate = useNavigate({ from })
  const search = useSearch({ from })
  // A link may name a stage by its refId, which people know from the pipeline.
  const selected =
    e.stages.find((s) => s.id === search.stage || (search.stage !== undefined && s.refId === search.stage))
      ?.id ??
    nthStage(topLevel(e.stages), search.nth)?.id ??
    mostInteresting(e)
  const select = (stage: string) =>
    void navigate({
      search: (before) => ({ ...before, stage, nth: undefined, tab: undefined }),
      replace: true,
      resetScroll: false,
    })
  return (
    <div className="page-wide">
      <RunHeader execution={e} app={app} />
      <Toolbar justify="space-between" mb="xs" mt="lg" className="no-print">
        <SegmentedControl
          size="xs"
          value={search.view ?? 'graph'}
          aria-label={t('execution.view')}
          onChange={(v) =>
            void navigate({
              search: (before) => ({ ...before, view: v === 'timeline' ? 'timeline' : undefined }),
              replace: true,
              resetScroll: false,
            })
          }
          data={[
            { value: 'graph', label: t('execution.graph') },
            { value: 'timeline', label: t('execution.timeline') },
          ]}
        />
      </Toolbar>
      {search.view === 'timeline' ? (
        <Timeline execution={e} selected={selected} select={select} />
      ) : (
        <Suspense fallback={<GraphLoading />}>
          <Graph stages={e.stages} selected={selected} select={select} />
        </Suspense>
      )}
      {selected && <StagePanel key={selected} execution={e} stageId={selected} select={select} />}
    </div>
  )
}

/** The shape of a graph that is on its way. */
function GraphLoading() {
  const t = useT()
  return (
    <div
      className={`card ${classes.graphLoading}`}
      role="status"
      aria-busy="true"
      aria-label={t('common.loading')}
    >
      {[1, 2, 3].map((n) => (
        <Skeleton
          key={n}
          height={60}
          radius="lg"
          className={classes.nodeLoading}
          style={{ opacity: 1.1 - n / 4 }}
        />
      ))}
    </div>
  )
}
