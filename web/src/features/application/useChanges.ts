import { queryOptions, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { client, unwrap } from '@/api/client'
import { useLive } from '@/api/live'
import { keys } from '@/api/queries'
import { objectOf, textOf } from '@/lib/json'
import { changesOf, type Change } from './changes'

const looked = 10
const pause = 1000

const changesQuery = (app: string) =>
  queryOptions({
    queryKey: [...keys.tasks(app), 'changes'],
    queryFn: async () => {
      const path = { path: { application: app } }
      const [executions, tasks] = await Promise.all([
        unwrap(
          client.GET('/applications/{application}/executions/search', {
            params: { ...path, query: { size: looked, expand: true } },
          }),
        ),
        unwrap(
          client.GET('/applications/{application}/tasks', {
            params: { ...path, query: { page: 1, limit: looked } },
          }),
        ),
      ])
      return [
        ...executions.flatMap((e) =>
          changesOf(
            e,
            e.name ?? e.id,
            `/applications/${encodeURIComponent(app)}/executions/${encodeURIComponent(e.id)}`,
            textOf(objectOf(e.trigger)['user']),
          ),
        ),
        ...tasks.flatMap((task) =>
          changesOf(
            task.execution,
            task.name ?? task.id,
            `/tasks/${encodeURIComponent(task.id)}`,
            textOf(objectOf(task.execution.authentication)['user']),
          ),
        ),
      ].sort((a, b) => b.start - a.start)
    },
    staleTime: 5000,
  })

/** useChanges is what was deployed of an application lately, the newest first, live; undefined until it is known. */
export function useChanges(app: string): readonly Change[] | undefined {
  const { data, refetch } = useQuery(changesQuery(app))
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const changed = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void refetch()
    }, pause)
  }
  useLive(`/applications/${encodeURIComponent(app)}/executions/stream?type=all&limit=1`, {
    execution: changed,
    deleted: changed,
  })
  return data
}
