import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client, unwrap } from '@/api/client'
import { isTemplated } from '@/features/templates/model'
import { planPipeline } from '@/features/templates/queries'
import { stagesById, type Json } from './model'
import { byStage, graphProblems } from './problems'
import { versionOf } from './versions'

const pause = 500
const nothing: Json = {}

/**
 * What would be started of a draft, and what the server says against it. Of a pipeline
 * with a template that is what the template makes of it.
 */
export function usePlanned(draft: Json) {
  const [settled] = useDebouncedValue(draft, pause)
  const templated = isTemplated(draft)
  const plan = useQuery({
    queryKey: ['pipelinePlan', settled],
    queryFn: () => planPipeline(settled),
    queryKeyHashFn: () => `pipelinePlan ${versionOf(settled)}`,
    enabled: isTemplated(settled),
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  })
  const checked = useQuery({
    queryKey: ['pipelineCheck', settled],
    queryFn: () => unwrap(client.POST('/pipelines/check', { body: settled })),
    queryKeyHashFn: () => `pipelineCheck ${versionOf(settled)}`,
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  })
  const drawn = templated ? (plan.data ?? nothing) : draft
  const stages = useMemo(() => stagesById(drawn), [drawn])
  const found = useMemo(() => checked.data ?? graphProblems(draft), [checked.data, draft])
  const problems = useMemo(() => byStage(drawn, found), [drawn, found])
  return { templated, plan, drawn, stages, found, problems }
}
