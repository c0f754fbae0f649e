import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ExecutionsSearch } from '@/app/search'
import { usePageTitle } from '@/components/PageTitle'
import { Failure, RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import { ExecutionList } from './ExecutionList'
import { ListBar } from './ListBar'
import { ListDialogs } from './ListDialogs'
import { ListFoot } from './ListFoot'
import { NoExecutions } from './NoExecutions'
import { useExecutionRows } from './useExecutionRows'

const from = '/applications/$app/executions'

/** An application's pipelines with their executions, live. */
export function Executions() {
  const t = useT()
  const { app } = useParams({ from })
  const search = useSearch({ from })
  const navigate = useNavigate({ from })
  usePageTitle(t('app.runs'), app)
  const set = (change: ExecutionsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const list = useExecutionRows(app, search)
  const { executions, pipelines, rows } = list
  const error = executions.error ?? pipelines.error
  const filtered =
    search.q !== undefined ||
    search.status !== undefined ||
    search.pipeline !== undefined ||
    search.trigger !== undefined ||
    search.tag !== undefined
  return (
    <div className="page">
      <ListBar search={search} set={set} list={list} />
      {error ? (
        <Failure
          error={error}
          retry={() => {
            executions.refetch()
            void pipelines.refetch()
          }}
        />
      ) : !pipelines.data || (!executions.data && (search.group === 'time' || rows.length === 0)) ? (
        <RowsLoading rows={8} height={50} />
      ) : rows.length > 0 ? (
        <ExecutionList
          rows={rows}
          app={app}
          pipelines={list.configs}
          durations={search.durations === true}
          named={search.group !== undefined}
          fold={list.fold}
          start={(name) => {
            set({ start: name })
          }}
        />
      ) : (
        <NoExecutions filtered={filtered} set={set} />
      )}
      <ListFoot app={app} search={search} list={list} filtered={filtered} />
      <ListDialogs app={app} pipelines={pipelines.data} search={search} set={set} />
    </div>
  )
}
