import { useQuery, useQueryClient } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from '@/api/client'
import { Failure, RowsLoading } from '@/components/States'
import { LogText } from '@/features/execution/LogText'

const lookEvery = 2000

/** Packer's log: what is new is read while it runs. */
export function BakeLog({ id }: { id: string }) {
  const queries = useQueryClient()
  const queryKey = ['imageBake', id]
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: async () => {
      const before = queries.getQueryData<Schemas['Bake']>(queryKey)
      const now = await unwrap(
        client.GET('/bakery/bakes/{id}', { params: { path: { id }, query: { from: before?.next ?? 0 } } }),
      )
      return { ...now, log: (before?.log ?? '') + now.log }
    },
    refetchInterval: (query) => (query.state.data?.state === 'RUNNING' ? lookEvery : false),
    gcTime: 60_000,
    retry: false,
  })
  if (data)
    return (
      <LogText text={data.log} state={data.state === 'RUNNING' ? 'live' : 'ended'} name={`bake-${id}.log`} />
    )
  return error ? <Failure error={error} retry={() => void refetch()} /> : <RowsLoading rows={4} />
}
