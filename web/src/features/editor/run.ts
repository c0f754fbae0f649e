import { queryOptions, useQuery } from '@tanstack/react-query'
import { createContext, use, useMemo } from 'react'
import { client, unwrap } from '@/api/client'
import { executionQuery, type Execution } from '@/api/queries'
import { wordsOf, type Evaluation } from './evaluate'

// The execution that expressions are tried on: the newest one, where no other was chosen.

export type Run = {
  execution?: Execution
  /** The stage of the execution that expressions are seen from; the execution as a whole where it has none. */
  stageId?: string
  /** What stands to be written in expressions, whatever has run. */
  words: readonly string[]
}

export const RunContext = createContext<Run>({ words: [] })

export const runsQuery = (pipelineId: string) =>
  queryOptions({
    queryKey: ['runsOf', pipelineId],
    queryFn: () => unwrap(client.GET('/executions', { params: { query: { pipelineConfigIds: pipelineId, limit: 20, expand: false } } })),
    staleTime: 30_000,
    enabled: pipelineId !== '',
  })

/** The run that is chosen, of those of a pipeline. */
export function useRun(pipelineId: string, chosen: string | undefined): { runs: readonly Execution[]; run?: Execution } {
  const { data = [] } = useQuery(runsQuery(pipelineId))
  return { runs: data, run: data.find((e) => e.id === chosen) ?? data[0] }
}

async function evaluate(id: string, stageId: string | undefined, expression: string): Promise<Evaluation> {
  const short = expression.length < 4000
  if (stageId && short) return unwrap(client.GET('/pipelines/{id}/{stageId}/evaluateExpression', { params: { path: { id, stageId }, query: { expression } } }))
  return unwrap(client.POST('/pipelines/{id}/evaluateExpression', { params: { path: { id } }, body: { expression } }))
}

/** What a text comes to in the run. */
export function useEvaluation({ execution, stageId }: Pick<Run, 'execution' | 'stageId'>, text: string, enabled: boolean) {
  const id = execution?.id ?? ''
  return useQuery({
    queryKey: ['evaluation', id, stageId, text], queryFn: () => evaluate(id, stageId, text), enabled: enabled && id !== '' && text !== '', staleTime: 60_000, gcTime: 60_000, retry: false,
  })
}

/** What may be written in an expression: what always may, and, once asked for, what the run has. */
export function useWords(asked: boolean): readonly string[] {
  const { execution, words } = use(RunContext)
  const full = useQuery({ ...executionQuery(execution?.id ?? ''), enabled: asked && execution !== undefined })
  return useMemo(() => (full.data ? [...new Set([...words, ...wordsOf(full.data)])] : words), [full.data, words])
}
