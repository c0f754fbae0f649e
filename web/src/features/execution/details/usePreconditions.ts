import { useQuery } from '@tanstack/react-query'
import { pipelinesQuery } from '@/api/queries'
import { objectsOf, textOf, type Json } from '@/lib/json'

/**
 * usePreconditions is the preconditions of a stage as its pipeline has them now. A run
 * keeps only the values of their expressions.
 */
export function usePreconditions(
  app: string,
  pipeline: string | undefined,
  refId: string | undefined,
): readonly Json[] {
  const wanted = pipeline !== undefined && refId !== undefined
  const { data } = useQuery({ ...pipelinesQuery(app), enabled: wanted })
  if (!wanted) return []
  const stages = objectsOf(data?.find((p) => p.id === pipeline)?.stages)
  return objectsOf(stages.find((s) => textOf(s['refId']) === refId)?.['preconditions'])
}
