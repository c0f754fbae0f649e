import { queryOptions, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from './client'
import { useLive } from './live'

export type Task = Schemas['Task']

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id],
    queryFn: () => unwrap(client.GET('/tasks/{id}', { params: { path: { id } } })),
    staleTime: Infinity, // its stream tells
  })

/** useTask is a task, live; none where there is no id yet. */
export function useTask(id: string | undefined): UseQueryResult<Task> {
  const queries = useQueryClient()
  const query = useQuery({ ...taskQuery(id ?? ''), enabled: id !== undefined })
  const set = (data: unknown) => {
    if (id !== undefined) queries.setQueryData(taskQuery(id).queryKey, data as Task)
  }
  useLive(id === undefined ? undefined : `/tasks/${encodeURIComponent(id)}/stream`, {
    snapshot: set,
    task: set,
    deleted: () => void query.refetch(),
  })
  return query
}

/** What a task does with its objects at this moment, in the words of its stages. */
export function messagesOf(task: Task): string[] {
  const value = task.variables.find((v) => v.key === 'messages')?.value
  return Array.isArray(value) ? value.filter((m): m is string => typeof m === 'string' && m !== '') : []
}
