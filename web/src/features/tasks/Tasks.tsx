import { Button, Group, SegmentedControl } from '@mantine/core'
import { IconChecklist } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { client, unwrap } from '@/api/client'
import { useLive } from '@/api/live'
import { keys } from '@/api/queries'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import { TaskRow } from './TaskRow'

const from = '/applications/$app/tasks'
const size = 30

const statuses = { active: 'NOT_STARTED,RUNNING,PAUSED,SUSPENDED', failed: 'TERMINAL,STOPPED,CANCELED' } as const

/** What was done to an application outside of pipelines: saves, and operations on what runs. */
export function Tasks() {
  const t = useT()
  const { app } = useParams({ from })
  const { status, id } = useSearch({ from })
  const navigate = useNavigate({ from })
  usePageTitle(t('app.tasks'), app)
  const tasks = useInfiniteQuery({
    queryKey: [...keys.tasks(app), status],
    initialPageParam: 1,
    queryFn: ({ pageParam }) => unwrap(client.GET('/applications/{application}/tasks', {
      params: { path: { application: app }, query: { page: pageParam, limit: size, ...(status ? { statuses: statuses[status] } : {}) } },
    })),
    getNextPageParam: (last, all) => (last.length === size ? all.length + 1 : undefined),
  })
  const renew = () => void tasks.refetch()
  useLive(`/applications/${encodeURIComponent(app)}/executions/stream?type=ORCHESTRATION&limit=1`, { execution: renew, deleted: renew })
  const found = tasks.data?.pages.flat() ?? []
  return (
    <div className="page">
      <Group mb="md">
        <SegmentedControl
          size="xs" value={status ?? 'all'} aria-label={t('executions.status')}
          onChange={(v) => void navigate({ search: (before) => ({ ...before, status: v === 'active' || v === 'failed' ? v : undefined }), replace: true })}
          data={[{ value: 'all', label: t('executions.all') }, { value: 'active', label: t('executions.active') }, { value: 'failed', label: t('executions.failed') }]}
        />
      </Group>
      {tasks.error ? <Failure error={tasks.error} retry={renew} /> : tasks.isPending ? <RowsLoading rows={6} />
        : found.length === 0 ? <div className="card"><Empty icon={<IconChecklist size={26} />} title={t('tasks.empty')}>{t('tasks.emptyText')}</Empty></div>
        : (
          <div className="card">
            {found.map((task) => (
              <TaskRow key={task.id} task={task} open={task.id === id} toggle={() => void navigate({ search: (before) => ({ ...before, id: task.id === id ? undefined : task.id }), replace: true, resetScroll: false })} />
            ))}
          </div>
        )}
      {tasks.hasNextPage && <Group justify="center" mt="md"><Button variant="default" size="xs" loading={tasks.isFetchingNextPage} onClick={() => void tasks.fetchNextPage()}>{t('common.more')}</Button></Group>}
    </div>
  )
}
