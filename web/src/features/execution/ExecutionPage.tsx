import { Button, Group, SegmentedControl, Skeleton, Text } from '@mantine/core'
import { IconGitCompare, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { pauseExecution, resumeExecution } from '@/api/actions'
import { summaryOf, useExecution } from '@/api/executions'
import type { Execution } from '@/api/queries'
import { usePageTitle } from '@/components/PageTitle'
import { Failure, RowsLoading } from '@/components/States'
import { StatusBadge } from '@/components/Status'
import { Ago, Elapsed } from '@/components/Time'
import { useAction } from '@/components/useAction'
import { CancelDialog } from '@/features/executions/CancelDialog'
import { ExecutionMenu } from '@/features/executions/ExecutionMenu'
import { triggerName } from '@/features/executions/ExecutionRow'
import { useT } from '@/i18n'
import { executionTone, isActive, judgmentsOf, toneOf } from '@/lib/status'
import { topLevel } from '@/lib/graph'
import classes from './ExecutionPage.module.css'
import { nthStage } from './nth'
import { Parents } from './Parents'
import { parentsOf } from './parents'
import { StagePanel } from './StagePanel'
import { useRuns } from './texts'
import { Timeline } from './Timeline'

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
      <Header execution={e} app={app} />
      <Group justify="space-between" mb="xs" mt="lg" className="no-print">
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
      </Group>
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

function Header({ execution: e, app }: { execution: Execution; app: string }) {
  const t = useT()
  const r = useRuns()
  const navigate = useNavigate({ from })
  const [cancelling, setCancelling] = useState(false)
  const pause = useAction(() => pauseExecution(e.id))
  const resume = useAction(() => resumeExecution(e.id))
  const summary = summaryOf(e)
  const trigger = e.trigger as { type?: string; user?: string; dryRun?: boolean } | undefined
  const parameters = Object.entries((e.trigger?.parameters ?? {}) as Record<string, unknown>)
  const parents = parentsOf(e.trigger)
  return (
    <header>
      <Parents of={parents} />
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Group gap={10} mb={4}>
            <h2 className={classes.name}>
              <Link
                className="row-link"
                to="/applications/$app/executions"
                params={{ app }}
                search={{ pipeline: e.name }}
              >
                {e.name}
              </Link>
              {e.number !== undefined && <span className="muted"> #{e.number}</span>}
            </h2>
            <StatusBadge status={e.status} tone={executionTone(e)} />
            {trigger?.dryRun && (
              <Text span size="xs" c="dimmed">
                {r('dryRun')}
              </Text>
            )}
          </Group>
          <Text size="sm" c="dimmed" component="div" className={classes.facts}>
            <span>
              {triggerName(t, trigger?.type)}
              {summary.user ? ` · ${summary.user}` : ''}
            </span>
            <span>
              <Ago time={e.startTime ?? e.buildTime} />
            </span>
            <span>
              <Elapsed of={e} />
            </span>
            <span className="mono">{e.id}</span>
          </Text>
          {e.canceled && (
            <Text size="sm" mt={6}>
              {t('execution.canceledBy', { user: e.canceledBy ?? '' })}
              {e.cancellationReason ? `: ${e.cancellationReason}` : ''}
            </Text>
          )}
        </div>
        <Group gap="xs" className="no-print">
          {e.status === 'RUNNING' && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlayerPause size={14} />}
              loading={pause.isPending}
              onClick={() => {
                pause.mutate()
              }}
            >
              {t('execution.pause')}
            </Button>
          )}
          {e.status === 'PAUSED' && (
            <Button
              size="xs"
              leftSection={<IconPlayerPlay size={14} />}
              loading={resume.isPending}
              onClick={() => {
                resume.mutate()
              }}
            >
              {t('execution.resume')}
            </Button>
          )}
          {isActive(e.status) ? (
            <Button
              size="xs"
              variant="default"
              color="red"
              leftSection={<IconPlayerStop size={14} />}
              onClick={() => {
                setCancelling(true)
              }}
            >
              {t('execution.cancelShort')}
            </Button>
          ) : (
            e.pipelineConfigId && (
              <>
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconGitCompare size={14} />}
                  onClick={() =>
                    void navigate({
                      to: '/applications/$app/executions/$id/compare',
                      params: { app, id: e.id },
                    })
                  }
                >
                  {r('compare')}
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconPlayerPlay size={14} />}
                  onClick={() =>
                    void navigate({
                      to: '/applications/$app/executions',
                      params: { app },
                      search: { start: e.name, like: e.id },
                    })
                  }
                >
                  {t('execution.rerun')}
                </Button>
              </>
            )
          )}
          <ExecutionMenu
            execution={summary}
            after={() => void navigate({ to: '/applications/$app/executions', params: { app } })}
          />
        </Group>
      </Group>
      {parameters.length > 0 && (
        <dl className={classes.parameters}>
          {parameters.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      <CancelDialog
        execution={e}
        opened={cancelling}
        close={() => {
          setCancelling(false)
        }}
      />
    </header>
  )
}
