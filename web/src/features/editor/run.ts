import { queryOptions, useQuery } from '@tanstack/react-query'
import { createContext, use, useMemo } from 'react'
import { client, unwrap } from '@/api/client'
import type { Summary } from '@/api/queries'
import type { Json } from './model'
import { wordsOf, type Contents, type Evaluation } from './evaluate'

// The execution that expressions are tried on: the newest one, where no other was chosen.

export type PastRun = Summary

export type Run = {
  execution?: PastRun
  /** The stage of the execution that expressions are seen from; the execution as a whole where it has none. */
  stageId?: string
  /** What stands to be written in expressions, whatever has run. */
  words: readonly string[]
  /** The pipeline as it is edited, and its last runs. */
  pipeline?: Json
  runs?: readonly PastRun[]
}

export const RunContext = createContext<Run>({ words: [] })

export const runsQuery = (pipelineId: string) =>
  queryOptions({
    queryKey: ['runsOf', pipelineId],
    queryFn: async () => {
      const query = { pipelineConfigIds: pipelineId, size: 20 }
      return (await unwrap(client.GET('/runs', { params: { query } }))).runs
    },
    staleTime: 30_000,
    enabled: pipelineId !== '',
  })

const none: readonly PastRun[] = []

/** The run that is chosen, of those of a pipeline. */
export function useRun(
  pipelineId: string,
  chosen: string | undefined,
): { runs: readonly PastRun[]; run?: PastRun } {
  const { data = none } = useQuery(runsQuery(pipelineId))
  const runs = useMemo(() => [...data].sort((a, b) => (b.buildTime ?? 0) - (a.buildTime ?? 0)), [data])
  return { runs, run: runs.find((e) => e.id === chosen) ?? runs[0] }
}

async function evaluate(id: string, stageId: string | undefined, expression: string): Promise<Evaluation> {
  const short = expression.length < 4000
  if (stageId && short)
    return unwrap(
      client.GET('/pipelines/{id}/{stageId}/evaluateExpression', {
        params: { path: { id, stageId }, query: { expression } },
      }),
    )
  return unwrap(
    client.POST('/pipelines/{id}/evaluateExpression', { params: { path: { id } }, body: { expression } }),
  )
}

/** What a text comes to in the run. */
export function useEvaluation(
  { execution, stageId }: Pick<Run, 'execution' | 'stageId'>,
  text: string,
  enabled: boolean,
) {
  const id = execution?.id ?? ''
  return useQuery({
    queryKey: ['evaluation', id, stageId, text],
    queryFn: () => evaluate(id, stageId, text),
    enabled: enabled && id !== '' && text !== '',
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  })
}

const stagesRead = 24

// Stages are read one by one: so what is very large in one of them is left out.
const contentsQuery = (run: PastRun | undefined) =>
  queryOptions({
    queryKey: ['runContents', run?.id],
    queryFn: async (): Promise<Contents> => {
      const id = run?.id ?? ''
      const { trigger } = await unwrap(client.GET('/pipelines/{id}/outline', { params: { path: { id } } }))
      const written = (run?.stages ?? []).filter((s) => !s.parentStageId).slice(0, stagesRead)
      const stages = await Promise.all(
        written.map((s) =>
          unwrap(client.GET('/pipelines/{id}/stages/{stageId}', { params: { path: { id, stageId: s.id } } })),
        ),
      )
      return { trigger, stages: stages.flatMap((s) => s.stages.slice(0, 1)) }
    },
    staleTime: Infinity,
    gcTime: 60_000,
  })

/** What may be written in an expression: what always may, and, once asked for, what the run has. */
export function useWords(asked: boolean): readonly string[] {
  const { execution, words } = use(RunContext)
  const contents = useQuery({ ...contentsQuery(execution), enabled: asked && execution !== undefined })
  return useMemo(
    () => (contents.data ? [...new Set([...words, ...wordsOf(contents.data)])] : words),
    [contents.data, words],
  )
}
