import { useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useExecution } from '@/api/executions'
import type { Execution } from '@/api/queries'
import { usePageTitle } from '@/components/PageTitle'
import { Failure, RowsLoading } from '@/components/States'
import { useT, type Key } from '@/i18n'
import { shownStatus } from '@/lib/status'
import { RunView } from './RunView'

const Report = lazy(() => import('./Report').then((m) => ({ default: m.Report })))

const from = '/applications/$app/executions/$id'

/** One execution: what it does, what it has done, and what can be done about it. */
export function ExecutionPage() {
  const t = useT()
  const { app, id } = useParams({ from })
  const query = useExecution(id)
  usePageTitle(
    query.data && t(`status.${shownStatus(query.data)}` as Key),
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
  return <RunView {...props} />
}
