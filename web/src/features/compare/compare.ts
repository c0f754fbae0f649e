import type { Execution, StageOutline } from '@/api/queries'
import { isObject, objectOf, objectsOf, textOf, type Json } from '@/lib/json'
import { topLevel } from '@/lib/graph'
import { toneOf } from '@/lib/status'

// What is different between two executions of a pipeline, from what they were given
// to how each of their stages went.

export type Kind = 'added' | 'removed' | 'changed'
export type Change = { path: string; kind: Kind; before?: unknown; after?: unknown }

/** What differs between two values: fields by their names, members of lists by their places. */
export function differences(before: unknown, after: unknown, path = ''): Change[] {
  if (Object.is(before, after)) return []
  if (before === undefined) return [{ path, kind: 'added', after }]
  if (after === undefined) return [{ path, kind: 'removed', before }]
  const both = (isObject(before) && isObject(after)) || (Array.isArray(before) && Array.isArray(after))
  if (!both) return [{ path, kind: 'changed', before, after }]
  const [a, b] = [before as Json, after as Json]
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return keys.flatMap((key) => differences(a[key], b[key], path === '' ? key : `${path}.${key}`))
}

const parameters = (e: Execution): Json => objectOf(objectOf(e.trigger)['parameters'])

export type Row = { name: string; kind: Kind | 'same'; before?: string; after?: string }

function rows(before: Json, after: Json): Row[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.map((name) => {
    const found = differences(before[name], after[name])[0]
    const kind = !found ? 'same' : name in before ? (name in after ? 'changed' : 'removed') : 'added'
    return {
      name,
      kind,
      before: name in before ? textOf(before[name]) : undefined,
      after: name in after ? textOf(after[name]) : undefined,
    }
  })
}

export const parameterRows = (before: Execution, after: Execution): Row[] =>
  rows(parameters(before), parameters(after))

// Of a trigger, what is told elsewhere, is large, or differs each time.
const passing = [
  'parameters',
  'artifacts',
  'resolvedExpectedArtifacts',
  'expectedArtifacts',
  'expectedArtifactIds',
  'parentExecution',
  'correlationId',
  'eventId',
  'executionId',
  'parentPipelineStageId',
  'parentPipelineId',
  'other',
  'notifications',
  'strategy',
  'linkText',
  'link',
  'payload',
]

/** How the two were started: by whom and from where. */
export function triggerRows(before: Execution, after: Execution): Row[] {
  const given = (e: Execution): Json => {
    const trigger = objectOf(e.trigger)
    const parent = objectOf(trigger['parentExecution'])
    const plain = Object.entries(trigger).filter(
      ([key, value]) => !passing.includes(key) && value !== '' && value !== null && value !== false,
    )
    return { ...Object.fromEntries(plain), ...(parent['name'] ? { parent: parent['name'] } : {}) }
  }
  return rows(given(before), given(after))
}

function artifacts(e: Execution): Json {
  const trigger = objectOf(e.trigger)
  const bound = objectsOf(trigger['resolvedExpectedArtifacts']).map((x) => objectOf(x['boundArtifact']))
  const out: Json = {}
  for (const a of [...objectsOf(trigger['artifacts']), ...bound]) {
    const name = textOf(a['name']) || textOf(a['reference'])
    if (name === '') continue
    out[name] = textOf(a['version']) || textOf(a['reference'])
  }
  return out
}

/** The artifacts that the two were given, by name, with their versions. */
export const artifactRows = (before: Execution, after: Execution): Row[] =>
  rows(artifacts(before), artifacts(after))

export type StageChange = {
  name: string
  type: string
  refId: string
  kind: Kind
  before?: Json
  after?: Json
  fields: string[]
}
export type ConfigChange = { stages: StageChange[]; fields: string[] }

const stamps = [
  'updateTs',
  'lastModifiedBy',
  'lastModified',
  'createTs',
  'index',
  'createdAt',
  'updatedAt',
  'stages',
]

/** What was changed in a pipeline between two of its revisions. */
export function configChange(before: Json, after: Json): ConfigChange {
  const stages = pairs(objectsOf(before['stages']), objectsOf(after['stages'])).flatMap(
    ({ before: a, after: b }): StageChange[] => {
      const fields = [...new Set(differences(a ?? {}, b ?? {}).map((c) => c.path.split('.')[0] ?? ''))]
      if (a && b && fields.length === 0) return []
      const of = b ?? a ?? {}
      return [
        {
          name: textOf(of['name']) || textOf(of['type']),
          type: textOf(of['type']),
          refId: textOf(of['refId']),
          kind: a ? (b ? 'changed' : 'removed') : 'added',
          before: a,
          after: b,
          fields: a && b ? fields : [],
        },
      ]
    },
  )
  const rest = (p: Json) => Object.fromEntries(Object.entries(p).filter(([key]) => !stamps.includes(key)))
  return {
    stages,
    fields: [...new Set(differences(rest(before), rest(after)).map((c) => c.path.split('.')[0] ?? ''))],
  }
}

/** The revision of a pipeline that was in force at a time; revisions come newest first. */
export function revisionAt(revisions: readonly Json[], time: number): Json | undefined {
  return revisions.find((r) => Number(textOf(r['updateTs'])) <= time)
}

type Like = { refId?: unknown; name?: unknown; type?: unknown }

/** Stages of the two that are the same: by their refId and type, else by name and type. Those of after come first. */
export function pairs<S extends Like>(
  before: readonly S[],
  after: readonly S[],
): { before?: S; after?: S }[] {
  const left = new Set(before)
  const take = (same: (s: S) => boolean): S | undefined => {
    for (const s of left) {
      if (!same(s)) continue
      left.delete(s)
      return s
    }
    return undefined
  }
  const exact = after.map((b) => take((a) => a.refId === b.refId && a.type === b.type && a.name === b.name))
  const found = after.map((b, i) => exact[i] ?? take((a) => a.name === b.name && a.type === b.type))
  const all = after.map((b, i) => ({
    before: found[i] ?? take((a) => a.refId === b.refId && a.type === b.type),
    after: b as S | undefined,
  }))
  return [...all, ...[...left].map((a) => ({ before: a as S | undefined, after: undefined }))]
}

export type StagePair = {
  key: string
  name: string
  before?: StageOutline
  after?: StageOutline
  differs: boolean
}

const took = (s: StageOutline | undefined): number | undefined =>
  s?.startTime && s.endTime ? s.endTime - s.startTime : undefined

/** Whether one of two spans is so much longer that it is worth a look; in milliseconds. */
export function slower(before: number | undefined, after: number | undefined): boolean {
  if (before === undefined || after === undefined) return false
  return after - before > 5000 && after > before * 1.5
}

export function stagePairs(before: Execution, after: Execution): StagePair[] {
  return pairs(topLevel(before.stages), topLevel(after.stages)).map(({ before: a, after: b }) => ({
    key: b?.id ?? a?.id ?? '',
    name: b?.name || b?.type || a?.name || a?.type || '',
    before: a,
    after: b,
    differs: a?.status !== b?.status || slower(took(a), took(b)),
  }))
}

export type Reason =
  | { kind: 'stageConfig'; stage: string; fields: string[]; failed: boolean }
  | { kind: 'stageAdded' | 'stageRemoved'; stage: string }
  | { kind: 'parameter' | 'artifact' | 'trigger'; row: Row }
  | { kind: 'slower'; stage: string; before: number; after: number }

/**
 * What may explain that the later one went as it did, the likeliest first: the
 * configuration of the stage that failed, what was given, the rest of the pipeline.
 */
export function reasons(before: Execution, after: Execution, config: ConfigChange | undefined): Reason[] {
  const pairsOf = stagePairs(before, after)
  const failed = new Set(
    pairsOf
      .filter((p) => toneOf(p.after?.status) === 'bad' && toneOf(p.before?.status) !== 'bad')
      .map((p) => p.name),
  )
  const changed = (config?.stages ?? []).filter((s) => s.kind === 'changed')
  const ofConfig = (wanted: boolean): Reason[] =>
    changed
      .filter((s) => failed.has(s.name) === wanted)
      .map((s) => ({ kind: 'stageConfig', stage: s.name, fields: s.fields, failed: wanted }))
  const given = (kind: 'parameter' | 'artifact', list: readonly Row[]): Reason[] =>
    list.filter((r) => r.kind !== 'same').map((row) => ({ kind, row }))
  const user = triggerRows(before, after).filter(
    (r) => r.kind === 'changed' && ['user', 'type', 'branch'].includes(r.name),
  )
  return [
    ...ofConfig(true),
    ...given('parameter', parameterRows(before, after)),
    ...given('artifact', artifactRows(before, after)),
    ...(config?.stages ?? []).flatMap((s): Reason[] =>
      s.kind === 'changed'
        ? []
        : [{ kind: s.kind === 'added' ? 'stageAdded' : 'stageRemoved', stage: s.name }],
    ),
    ...ofConfig(false),
    ...pairsOf.flatMap((p): Reason[] => {
      const [a, b] = [took(p.before), took(p.after)]
      return a !== undefined && b !== undefined && slower(a, b)
        ? [{ kind: 'slower', stage: p.name, before: a, after: b }]
        : []
    }),
    ...user.map((row): Reason => ({ kind: 'trigger', row })),
  ]
}

type Run = Pick<Execution, 'id' | 'status' | 'buildTime'>

/** With what an execution is compared where nobody chooses: the last one before it that succeeded, else the last before it. */
export function earlierOf<R extends Run>(runs: readonly R[], of: Run): R | undefined {
  const before = runs
    .filter((r) => r.id !== of.id && (r.buildTime ?? 0) <= (of.buildTime ?? 0))
    .sort((a, b) => (b.buildTime ?? 0) - (a.buildTime ?? 0))
  return before.find((r) => r.status === 'SUCCEEDED') ?? before[0]
}
