import { queryOptions, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { client, unwrap } from '@/api/client'
import { useLive } from '@/api/live'
import { keys } from '@/api/queries'
import { workOf, type Work } from './work'

const active = 'NOT_STARTED,RUNNING,PAUSED,SUSPENDED'
const most = 20
const pause = 1000

/** What is being done to an application's objects, by tasks and by pipelines. */
const workQuery = (app: string) =>
  queryOptions({
    queryKey: [...keys.tasks(app), 'work'],
    queryFn: async () => {
      const path = { path: { application: app } }
      const [tasks, executions] = await Promise.all([
        unwrap(
          client.GET('/applications/{application}/tasks', {
            params: { ...path, query: { page: 1, limit: most, statuses: active } },
          }),
        ),
        unwrap(
          client.GET('/applications/{application}/executions/search', {
            params: { ...path, query: { statuses: active, size: most, expand: true } },
          }),
        ),
      ])
      return [
        ...tasks.flatMap((task) =>
          workOf(task.execution, task.name ?? '', `/tasks/${encodeURIComponent(task.id)}`),
        ),
        ...executions.flatMap((e) =>
          workOf(
            e,
            e.name ?? '',
            `/applications/${encodeURIComponent(app)}/executions/${encodeURIComponent(e.id)}`,
          ),
        ),
      ]
    },
    staleTime: 5000,
  })

/** useWork is what is being done to an application's objects, live, asked for at most once a second. */
export function useWork(app: string, on: boolean): readonly Work[] {
  const { data, refetch } = useQuery({ ...workQuery(app), enabled: on })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const changed = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void refetch()
    }, pause)
  }
  useLive(on ? `/applications/${encodeURIComponent(app)}/executions/stream?type=all&limit=1` : undefined, {
    execution: changed,
    deleted: changed,
  })
  return data ?? nothing
}

const nothing: readonly Work[] = []
