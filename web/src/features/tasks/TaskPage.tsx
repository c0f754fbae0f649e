import { IconChecklist } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { ApiError } from '@/api/client'
import { useTask } from '@/api/tasks'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { useInfraT } from '@/i18n/infra'
import { TaskDetails } from './TaskDetails'

/** One task by its own URL, live. */
export function TaskPage() {
  const t = useInfraT()
  const { id } = useParams({ from: '/tasks/$id' })
  const { data: task, error, refetch } = useTask(id)
  usePageTitle(task?.name ?? t('task.one'), task?.application)
  if (error instanceof ApiError && error.status === 404)
    return (
      <div className="page">
        <div className="card">
          <Empty icon={<IconChecklist size={26} />} title={t('task.gone')}>
            {t('task.goneText')}
          </Empty>
        </div>
      </div>
    )
  if (error)
    return (
      <div className="page">
        <Failure error={error} retry={() => void refetch()} />
      </div>
    )
  if (!task)
    return (
      <div className="page">
        <RowsLoading rows={5} />
      </div>
    )
  return <TaskDetails task={task} />
}
