import { queryOptions } from '@tanstack/react-query'
import { summaryOf } from '@/api/executions'
import { client, unwrap } from '@/api/client'
import { newestFirst } from '@/lib/order'

const all = ['projects'] as const
export const projectKeys = {
  all,
  executions: (id: string) => [...all, id, 'executions'] as const,
  clusters: (id: string) => [...all, id, 'clusters'] as const,
}

const at = (id: string) => ({ params: { path: { id } } })

export const projectsQuery = queryOptions({
  queryKey: projectKeys.all,
  queryFn: () => unwrap(client.GET('/projects')),
  staleTime: 10_000,
})

export const projectQuery = (id: string) =>
  queryOptions({
    queryKey: [...all, id],
    queryFn: () => unwrap(client.GET('/projects/{id}', at(id))),
    staleTime: 10_000,
  })

export const projectExecutionsQuery = (id: string) =>
  queryOptions({
    queryKey: projectKeys.executions(id),
    queryFn: async () => {
      const found = await unwrap(
        client.GET('/projects/{id}/pipelines', { params: { path: { id }, query: { limit: 3 } } }),
      )
      return found.map(summaryOf).sort(newestFirst)
    },
  })

export const projectClustersQuery = (id: string) =>
  queryOptions({
    queryKey: projectKeys.clusters(id),
    queryFn: () => unwrap(client.GET('/projects/{id}/clusters', at(id))),
  })
