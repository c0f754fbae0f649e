import { SegmentedControl } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense } from 'react'
import type { Execution } from '@/api/queries'
import { Toolbar } from '@/components/Toolbar'
import { useT } from '@/i18n'
import { topLevel } from '@/lib/graph'
import { later } from '@/lib/later'
import { judgmentsOf, toneOf, waitedFor } from '@/lib/status'
import { FailedStages } from './FailedStages'
import { GraphLoading } from './GraphLoading'
import { nthStage } from './nth'
import { RunHeader } from './RunHeader'
import { StagePanel } from './StagePanel'
import { Timeline } from './Timeline'

const Graph = later(async () => (await import('./Graph')).default)
// It loads beside the run, not after it.
Graph.preload().catch(() => undefined)

const from = '/applications/$app/executions/$id'

/** The stage that a person most likely wants to see: one that waits or failed, else one that runs. */
function mostInteresting(e: Execution): string | undefined {
  const stages = topLevel(e.stages)
  const found =
    judgmentsOf(stages)[0] ??
    stages.find((s) => toneOf(s.status) === 'bad') ??
    stages.find((s) => waitedFor([s]).length > 0) ??
    stages.find((s) => s.status === 'RUNNING') ??
    stages.at(-1)
  return found?.id
}

/** What a run does, and the stage of it that a person looks at. */
export function RunView({ execution: e, app }: { execution: Execution; app: string }) {
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
      <FailedStages execution={e} selected={selected} select={select} />
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
