import type { Schemas } from '@/api/client'
import {
  idsOf,
  isObject,
  oddStages,
  rawStages,
  refOf,
  requiredBy,
  stagesOf,
  textOf,
  wouldCycle,
  type Json,
  type StageConfig,
} from './model'

// What is wrong with a pipeline, by the rules that need no server: those of the
// graph. The server's own check adds the rest.

export type Problem = Schemas['PipelineProblem']

export function graphProblems(pipeline: Json): Problem[] {
  if (oddStages(pipeline))
    return [{ severity: 'error', path: 'stages', message: 'stages must be a list of objects' }]
  const stages = stagesOf(pipeline)
  const refs = new Map<string, number>()
  for (const s of stages) refs.set(refOf(s), (refs.get(refOf(s)) ?? 0) + 1)
  return rawStages(pipeline).flatMap((s, i) => {
    if (!isObject(s))
      return [{ severity: 'error' as const, path: `stages[${i}]`, message: 'the stage must be an object' }]
    const at = { severity: 'error' as const, path: `stages[${i}]`, stage: textOf(s.name) || undefined }
    const out: Problem[] = []
    if (stages.length > 1 && refOf(s) === '') out.push({ ...at, message: 'refId is missing' })
    else if ((refs.get(refOf(s)) ?? 0) > 1)
      out.push({ ...at, message: `refId ${refOf(s)} is that of another stage too` })
    for (const r of requiredBy(s)) {
      if (!refs.has(r)) out.push({ ...at, message: `it requires stage ${r}, which there is not` })
      else if (inCycle(stages, s, r))
        out.push({ ...at, message: `it requires stage ${r}, which comes after it` })
    }
    return out
  })
}

function inCycle(stages: readonly StageConfig[], s: StageConfig, required: string): boolean {
  // Of a line that is there already: does the way back exist too?
  return stages.length <= 200 && wouldCycle(stages, required, refOf(s))
}

/** The index of the stage that a problem is in; -1 for one of the pipeline itself. */
export function stageIndex(p: Problem): number {
  return Number(/^stages\[(\d+)\]/.exec(p.path)?.[1] ?? -1)
}

/** Problems by what the editor knows the stage by that they are in; those of the pipeline under "". */
export function byStage(pipeline: Json, problems: readonly Problem[]): Map<string, Problem[]> {
  const ids = idsOf(pipeline)
  const out = new Map<string, Problem[]>()
  for (const p of problems) {
    const id = ids[stageIndex(p)] ?? ''
    out.set(id, [...(out.get(id) ?? []), p])
  }
  return out
}
