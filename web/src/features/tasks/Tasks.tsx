import { Button, Group, SegmentedControl } from '@mantine/core'
import { IconChecklist } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { client, unwrap } from '@/api/client'
import { useLive } from '@/api/live'
import { keys } from '@/api/queries'
import { taskFilters, type TasksSearch } from '@/app/search'
import { FilterField } from '@/components/FilterField'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { matches } from '@/features/search/match'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { userOf } from './TaskActions'
import { TaskRow } from './TaskRow'

const from = '/applications/$app/tasks'
const size = 30

const statuses = {
  active: 'NOT_STARTED,RUNNING,PAUSED,SUSPENDED',
  succeeded: 'SUCCEEDED',
  failed: 'TERMINAL,STOPPED,CANCELED',
} as const

/** What was done to an application outside of pipelines: saves, and operations on what runs. */
export function Tasks() {
  const t = useT()
  const ti = useInfraT()
  const { app } = useParams({ from })
  const { q = '', status, id } = useSearch({ from })
  const navigate = useNavigate({ from })
  usePageTitle(t('app.tasks'), app)
  const set = (change: TasksSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false })
  const tasks = useInfiniteQuery({
    queryKey: [...keys.tasks(app), status],
    initialPageParam: 1,
    queryFn: ({ pageParam }) =>
      unwrap(
        client.GET('/applications/{application}/tasks', {
          params: {
            path: { application: app },
            query: { page: pageParam, limit: size, ...(status ? { statuses: statuses[status] } : {}) },
          },
        }),
      ),
    getNextPageParam: (last, all) => (last.length === size ? all.length + 1 : undefined),
  })
  const renew = () => void tasks.refetch()
  useLive(`/applications/${encodeURIComponent(app)}/executions/stream?type=ORCHESTRATION&limit=1`, {
    execution: renew,
    deleted: renew,
  })
  const all = tasks.data?.pages.flat() ?? []
  const found = all.filter((task) => matches(`${task.name ?? ''} ${userOf(task) ?? ''} ${task.id}`, q))
  return (
    <div className="page">
      <Toolbar mb="md" gap="sm">
        <SegmentedControl
          size="xs"
          value={status ?? 'all'}
          aria-label={t('executions.status')}
          style={{ maxWidth: '100%', overflowX: 'auto' }}
          onChange={(v) => {
            set({ status: taskFilters.find((f) => f === v) })
          }}
          data={(['all', ...taskFilters] as const).map((f) => ({ value: f, label: ti(`task.${f}`) }))}
        />
        <FilterField
          label={ti('task.filter')}
          value={q}
          change={(wanted) => {
            set({ q: wanted })
          }}
          style={{ flex: '1 1 180px', maxWidth: 320 }}
        />
      </Toolbar>
      {tasks.error ? (
        <Failure error={tasks.error} retry={renew} />
      ) : tasks.isPending ? (
        <RowsLoading rows={6} />
      ) : found.length === 0 ? (
        <div className="card">
          {all.length > 0 ? (
            <Empty title={t('common.noMatch', { q })} />
          ) : (
            <Empty icon={<IconChecklist size={26} />} title={t('tasks.empty')}>
              {t('tasks.emptyText')}
            </Empty>
          )}
        </div>
      ) : (
        <div className="card">
          {found.map((task) => (
            <TaskRow
              key={task.id}
              task={task}
              open={task.id === id}
              toggle={() => {
                set({ id: task.id === id ? undefined : task.id })
              }}
            />
          ))}
        </div>
      )}
      {tasks.hasNextPage && (
        <Group justify="center" mt="md">
          <Button
            variant="default"
            size="xs"
            loading={tasks.isFetchingNextPage}
            onClick={() => void tasks.fetchNextPage()}
          >
            {t('common.more')}
          </Button>
        </Group>
      )}
    </div>
  )
}
