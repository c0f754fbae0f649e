import { useQueries } from '@tanstack/react-query'
import { sayError } from '@/api/actions'
import { client, unwrap } from '@/api/client'
import type { Execution } from '@/api/queries'
import { objectOf, type Json } from '@/lib/json'
import { changesOf, deploysAfter, hasExpressions, plannersBefore, planRequest, type Change } from './changes'

/** What a stage changes: known, on its way, not to be known before it runs, or why not. */
export type StageChanges = {
  id: string
  stage: string
  /** The stage has run, and only planned. */
  planned: boolean
  changes?: Change[]
  pending: boolean
  error?: string
}

const stageOf = async (executionId: string, stageId: string) => {
  const path = { params: { path: { id: executionId, stageId }, query: { whole: true } } }
  return (await unwrap(client.GET('/pipelines/{id}/stages/{stageId}', path))).stages[0]
}

/** What a stage that has run has planned. */
async function planned(executionId: string, stageId: string): Promise<Change[] | undefined> {
  const stage = await stageOf(executionId, stageId)
  return changesOf(objectOf(stage?.outputs)['manifestPlan'])
}

/** What a stage that hasn't run yet would change, with its expressions as they are by now. */
async function asked(executionId: string, stageId: string): Promise<Change[] | undefined> {
  const stage = await stageOf(executionId, stageId)
  let request: Json | undefined = planRequest(objectOf(stage?.context))
  if (request && hasExpressions(request)) request = await evaluated(executionId, request)
  if (!request || hasExpressions(request)) return undefined
  const plan = await unwrap(client.POST('/manifests/plan', { body: { account: '', ...request } }))
  return changesOf(plan)
}

async function evaluated(executionId: string, request: Json): Promise<Json | undefined> {
  const { result } = (await unwrap(
    client.POST('/pipelines/{id}/evaluateExpression', {
      params: { path: { id: executionId } },
      body: { expression: JSON.stringify(request) },
    }),
  )) as { result?: unknown }
  if (typeof result !== 'string') return undefined
  try {
    return objectOf(JSON.parse(result))
  } catch {
    return undefined // a value with quotes in it: only the stage itself can evaluate it
  }
}

/** useChanges is what continuing a judgment changes, by stage. */
export function useChanges(e: Execution, judgmentId: string): StageChanges[] {
  const judgment = e.stages.find((s) => s.id === judgmentId)
  const before = judgment ? plannersBefore(e, judgment) : []
  const after = judgment ? deploysAfter(e, judgment) : []
  const results = useQueries({
    queries: [
      ...before.map((s) => ({
        queryKey: ['judgment', e.id, s.id, 'planned'],
        queryFn: () => planned(e.id, s.id ?? '').then((c) => c ?? null),
        staleTime: Infinity,
        retry: false,
      })),
      ...after.map((s) => ({
        queryKey: ['judgment', e.id, s.id, 'asked'],
        queryFn: () => asked(e.id, s.id ?? '').then((c) => c ?? null),
        staleTime: 30_000,
        retry: false,
      })),
    ],
  })
  const all = [...before, ...after].map((s, i): StageChanges => {
    const r = results[i]
    return {
      id: s.id ?? '',
      stage: s.name ?? '',
      planned: i < before.length,
      pending: r?.isPending ?? true,
      ...(r?.data ? { changes: r.data } : {}),
      ...(r?.error ? { error: sayError(r.error) } : {}),
    }
  })
  // Where a stage has planned what follows, that is what was asked about.
  const told = all.filter((c) => c.planned && c.changes)
  return told.length > 0 ? told : all.filter((c) => !c.planned)
}
