import { Button } from '@mantine/core'
import { IconRoute } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { pipelinesQuery } from '@/api/queries'
import type { PipelineSearch } from '@/app/search'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import type { Json } from '@/lib/json'
import { PipelineHeader } from './Header'
import { isLocked } from './restore'
import { PipelineRuns } from './Runs'
import { usePipelineTexts } from './texts'

const StartPipeline = lazy(() =>
  import('@/features/executions/start/StartPipeline').then((m) => ({ default: m.StartPipeline })),
)
const Revisions = lazy(() => import('@/features/editor/Revisions').then((m) => ({ default: m.Revisions })))
const RestoreRevision = lazy(() => import('./RestoreRevision').then((m) => ({ default: m.RestoreRevision })))
const from = '/applications/$app/pipelines/$id'

/** A pipeline: its runs, what starts it, how it was before, and how it does. */
export function PipelinePage() {
  const p = usePipelineTexts()
  const { app, id } = useParams({ from })
  const search = useSearch({ from })
  const navigate = useNavigate({ from })
  const [restoring, setRestoring] = useState<Json>()
  const { data, error, refetch } = useQuery(pipelinesQuery(app))
  const pipeline = data?.find((x) => x.id === id)
  const names = useMemo(() => new Map((data ?? []).map((x) => [x.id ?? '', x.name ?? ''])), [data])
  usePageTitle(pipeline?.name, app)
  const set = (change: PipelineSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false })
  return (
    <div className="page">
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsLoading rows={3} />
      ) : pipeline ? (
        <PipelineHeader
          app={app}
          pipeline={pipeline}
          names={names}
          start={() => {
            set({ start: true })
          }}
          showHistory={() => {
            set({ history: true })
          }}
        />
      ) : (
        <Empty
          icon={<IconRoute size={26} />}
          title={p('gone')}
          action={
            <Button
              variant="default"
              renderRoot={(props) => <Link {...props} to="/applications/$app/pipelines" params={{ app }} />}
            >
              {p('toPipelines')}
            </Button>
          }
        >
          {p('goneText')}
        </Empty>
      )}
      <PipelineRuns
        app={app}
        id={id}
        pipeline={pipeline}
        status={search.status}
        filter={(status) => {
          set({ status })
        }}
      />
      <Suspense fallback={null}>
        {pipeline && search.start && (
          <StartPipeline
            app={app}
            pipeline={pipeline}
            like={search.like}
            setLike={(like) => {
              set({ like })
            }}
            given={{}}
            close={() => {
              set({ start: undefined, like: undefined })
            }}
          />
        )}
        {pipeline && search.history && !restoring && (
          <Revisions
            id={id}
            current={pipeline}
            close={() => {
              set({ history: undefined })
            }}
            restore={isLocked(pipeline) ? undefined : setRestoring}
          />
        )}
        {pipeline && restoring && (
          <RestoreRevision
            app={app}
            current={pipeline}
            revision={restoring}
            close={() => {
              setRestoring(undefined)
            }}
            restored={() => {
              setRestoring(undefined)
              set({ history: undefined })
            }}
          />
        )}
      </Suspense>
    </div>
  )
}
