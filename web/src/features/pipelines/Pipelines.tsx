import { Button, Group } from '@mantine/core'
import { IconArrowsSort, IconPlus, IconRoute } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import { useExecutions } from '@/api/executions'
import { pipelinesQuery, type Summary } from '@/api/queries'
import type { PipelinesSearch } from '@/app/search'
import { FilterField } from '@/components/FilterField'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { matches } from '@/features/search/match'
import { useT } from '@/i18n'
import { PipelineRow } from './PipelineRow'
import { runsByPipeline } from './stats'
import classes from './Pipelines.module.css'
import { usePipelineTexts } from './texts'
import { useTriggerStates } from './useTriggerStates'

const ReorderPipelines = lazy(() =>
  import('@/features/executions/ReorderPipelines').then((m) => ({ default: m.ReorderPipelines })),
)
const CreatePipeline = lazy(() =>
  import('@/features/editor/CreatePipeline').then((m) => ({ default: m.CreatePipeline })),
)
const none: readonly Summary[] = []
const from = '/applications/$app/pipelines'

/** An application's pipelines: what starts each, and how its latest runs went. */
export function Pipelines() {
  const t = useT()
  const p = usePipelineTexts()
  const { app } = useParams({ from })
  const search = useSearch({ from })
  const navigate = useNavigate({ from })
  usePageTitle(p('title'), app)
  const set = (change: PipelinesSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const { data, error, refetch } = useQuery(pipelinesQuery(app))
  const { data: runs } = useExecutions(app)
  const states = useTriggerStates(app)
  const names = useMemo(() => new Map((data ?? []).map((x) => [x.id ?? '', x.name ?? ''])), [data])
  const byPipeline = useMemo(() => runsByPipeline(runs ?? []), [runs])
  const shown = (data ?? []).filter((x) => matches(x.name ?? '', search.q ?? ''))
  const create = (
    <Button
      size="xs"
      leftSection={<IconPlus size={14} />}
      onClick={() => {
        set({ create: true })
      }}
    >
      {p('create')}
    </Button>
  )
  return (
    <div className="page">
      <Toolbar gap="sm" mb="md">
        <FilterField
          label={p('filter')}
          value={search.q}
          change={(q) => {
            set({ q })
          }}
          style={{ flex: '1 1 180px', maxWidth: 320 }}
        />
        <Group gap="xs" ml="auto">
          {(data ?? []).length > 1 && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconArrowsSort size={14} />}
              onClick={() => {
                set({ reorder: true })
              }}
            >
              {p('reorder')}
            </Button>
          )}
          {create}
        </Group>
      </Toolbar>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsLoading rows={6} />
      ) : shown.length > 0 ? (
        <ul className={`card ${classes.list}`} aria-label={p('title')}>
          {shown.map((x) => (
            <PipelineRow
              key={x.id}
              app={app}
              pipeline={x}
              runs={byPipeline.get(x.id ?? '') ?? none}
              names={names}
              states={states(x.id ?? '')}
            />
          ))}
        </ul>
      ) : (
        <div className="card">
          {search.q ? (
            <Empty title={t('common.noMatch', { q: search.q })} />
          ) : (
            <Empty icon={<IconRoute size={26} />} title={p('empty')} action={create}>
              {p('emptyText')}
            </Empty>
          )}
        </div>
      )}
      <Suspense fallback={null}>
        {search.reorder && data && (
          <ReorderPipelines
            app={app}
            pipelines={data}
            close={() => {
              set({ reorder: undefined })
            }}
          />
        )}
        {search.create && (
          <CreatePipeline
            app={app}
            close={() => {
              set({ create: undefined })
            }}
          />
        )}
      </Suspense>
    </div>
  )
}
