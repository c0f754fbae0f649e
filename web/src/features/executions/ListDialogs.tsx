import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { Pipeline } from '@/api/queries'
import type { ExecutionsSearch } from '@/app/search'
import { givenIn, withoutStart } from './startLink'

const StartPipeline = lazy(() => import('./start/StartPipeline').then((m) => ({ default: m.StartPipeline })))
const ReorderPipelines = lazy(() =>
  import('./ReorderPipelines').then((m) => ({ default: m.ReorderPipelines })),
)
const CreatePipeline = lazy(() =>
  import('@/features/editor/CreatePipeline').then((m) => ({ default: m.CreatePipeline })),
)

type Props = {
  app: string
  pipelines: readonly Pipeline[] | undefined
  search: ExecutionsSearch
  set: (change: ExecutionsSearch) => void
}

/** The dialogs over the list of runs, each with its own URL: start, create, reorder. */
export function ListDialogs({ app, pipelines, search, set }: Props) {
  const navigate = useNavigate({ from: '/applications/$app/executions' })
  const starting =
    search.start === undefined
      ? undefined
      : pipelines?.find((p) => p.name === search.start || p.id === search.start)
  return (
    <>
      {search.reorder && pipelines && (
        <Suspense fallback={null}>
          <ReorderPipelines
            app={app}
            pipelines={pipelines}
            close={() => {
              set({ reorder: undefined })
            }}
          />
        </Suspense>
      )}
      {search.create && (
        <Suspense fallback={null}>
          <CreatePipeline
            app={app}
            close={() => {
              set({ create: undefined })
            }}
          />
        </Suspense>
      )}
      {starting && (
        <Suspense fallback={null}>
          <StartPipeline
            key={starting.id}
            app={app}
            pipeline={starting}
            like={search.like}
            setLike={(id) => {
              set({ like: id })
            }}
            given={givenIn(search)}
            close={() => void navigate({ search: (before) => withoutStart(before), replace: true })}
          />
        </Suspense>
      )}
    </>
  )
}
