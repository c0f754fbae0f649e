import { infiniteQueryOptions } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from './client'

/** What runs are looked for by; what is left out doesn't matter. Times are in milliseconds since the epoch. */
export type RunFilter = {
  q?: string
  application?: string
  pipelineName?: string
  /** The ids of pipelines, with commas between. */
  pipelineConfigIds?: string
  statuses?: readonly Schemas['Status'][]
  trigger?: string
  user?: string
  from?: number
  to?: number
}

const page = 50

/** Runs of any age, newest first, as many pages as were asked for. */
export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ['runs', filter],
    queryFn: ({ pageParam, signal }) => {
      const { statuses, trigger, ...rest } = filter
      const query = {
        ...rest,
        size: page,
        ...(statuses ? { statuses: statuses.join(',') } : {}),
        ...(trigger ? { triggers: trigger } : {}),
        ...(pageParam ? { after: pageParam } : {}),
      }
      return unwrap(client.GET('/runs', { params: { query }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    staleTime: 5000,
  })
