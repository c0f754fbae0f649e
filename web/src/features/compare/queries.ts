import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { summaryOf } from '@/api/executions'
import { newestFirst } from '@/lib/order'

const candidates = 50

export const runsQuery = (pipeline: string) =>
  queryOptions({
    queryKey: ['executionsOf', pipeline],
    queryFn: async () => {
      const found = await unwrap(
        client.GET('/executions', {
          params: { query: { pipelineConfigIds: pipeline, limit: candidates, expand: false } },
        }),
      )
      return found.map(summaryOf).sort(newestFirst)
    },
    enabled: pipeline !== '',
  })

export const revisionsQuery = (pipeline: string) =>
  queryOptions({
    queryKey: ['pipelineHistory', pipeline],
    queryFn: () =>
      unwrap(
        client.GET('/pipelineConfigs/{id}/history', {
          params: { path: { id: pipeline }, query: { limit: 100 } },
        }),
      ),
    enabled: pipeline !== '',
    retry: false,
  })
