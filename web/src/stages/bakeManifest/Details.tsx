import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { client, unwrap } from '@/api/client'
import { Failure, RowsLoading } from '@/components/States'
import { Section } from '@/features/execution/details/Section'
import { isObject } from '@/lib/json'
import { contextOf } from '@/features/execution/stage'
import type { DetailsProps } from '../details'
import { Baked } from './Baked'
import { useBake } from './texts'

/** What a stage of a run has baked, and what differs from the run before it. */
export function Details({ stage, app }: DetailsProps) {
  const b = useBake()
  const { id = '' } = useParams({ strict: false })
  const baked = stage.status === 'SUCCEEDED' && isObject(contextOf(stage)['bake'])
  const { data, error, refetch } = useQuery({
    queryKey: ['stageBake', id, stage.id],
    queryFn: () =>
      unwrap(
        client.GET('/pipelines/{id}/stages/{stageId}/bake', { params: { path: { id, stageId: stage.id } } }),
      ),
    enabled: baked && id !== '',
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  })
  if (!baked) return null
  return (
    <Section title={b('baked')}>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : data ? (
        <Baked run app={app} baked={data} />
      ) : (
        <RowsLoading rows={4} />
      )}
    </Section>
  )
}
