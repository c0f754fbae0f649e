// A pipeline's configuration as the editor has it: the JSON that the server keeps,
// of which only the known fields are touched. Every operation makes a new one, so
// that undo is a matter of keeping the old.

import { isObject, objectsOf, textOf, type Json } from '@/lib/json'

export { isObject, objectsOf, textOf, type Json }
export type StageConfig = Json & {
  type?: string
  name?: string
  refId?: string
  requisiteStageRefIds?: string[]
}

/** The list of stages as it is: what is no object may stand in it too. Empty where there is none. */
export function rawStages(pipeline: Json): readonly unknown[] {
  const list: unknown = pipeline['stages']
  return Array.isArray(list) ? (list as unknown[]) : []
}

/** The stages; what is no object is left out. */
export function stagesOf(pipeline: Json): StageConfig[] {
  return rawStages(pipeline).filter(isObject)
}

/** Whether there are stages, and not in a list: then they can only be mended as text. */
export function oddStages(pipeline: Json): boolean {
  const list = pipeline['stages']
  return list !== undefined && list !== null && !Array.isArray(list)
}

export const refOf = (s: StageConfig): string => textOf(s.refId)

/** What a stage requires, as its configuration says it. */
export function requiredBy(s: StageConfig): string[] {
  const list: unknown = s.requisiteStageRefIds
  return Array.isArray(list) ? list.map(textOf) : []
}

/**
 * What the editor knows each member of the list of stages by: its refId; where
 * another has that too, or there is none, its place as well. Undefined for what is
 * no object.
 */
export function idsOf(pipeline: Json): (string | undefined)[] {
  const taken = new Set<string>()
  return rawStages(pipeline).map((s, i) => {
    if (!isObject(s)) return undefined
    const ref = refOf(s)
    const id = ref === '' || taken.has(ref) ? `${ref}#${i}` : ref
    taken.add(id)
    return id
  })
}

export type Stages = ReadonlyMap<string, StageConfig>

/** The stages by what the editor knows them by, in their order. */
export function stagesById(pipeline: Json): Stages {
  const ids = idsOf(pipeline)
  return new Map(rawStages(pipeline).flatMap((s, i) => (isObject(s) ? [[ids[i] ?? '', s] as const] : [])))
}

/**
 * Gives each stage a refId of its own, as a pipeline without any needs to be drawn:
 * one after the other, which is how it runs.
 */
export function withRefs(pipeline: Json): Json {
  const stages = stagesOf(pipeline)
  if (
    stages.length === 0 ||
    stages.length !== rawStages(pipeline).length ||
    stages.some((s) => refOf(s) !== '')
  )
    return pipeline
  return withStages(
    pipeline,
    stages.map((s, i) => ({ ...s, refId: String(i + 1), requisiteStageRefIds: i === 0 ? [] : [String(i)] })),
  )
}

function withStages(pipeline: Json, stages: readonly unknown[]): Json {
  return { ...pipeline, stages }
}

/** The next free number. */
export function nextRef(stages: readonly StageConfig[], taken: ReadonlySet<string> = new Set()): string {
  const numbers = [...stages.map(refOf), ...taken].map(Number).filter((n) => Number.isSafeInteger(n))
  return String(Math.max(0, ...numbers) + 1)
}

function refsOf(pipeline: Json, ids: readonly string[]): string[] {
  const byId = stagesById(pipeline)
  return [
    ...new Set(
      ids.flatMap((id) => {
        const s = byId.get(id)
        return s && refOf(s) !== '' ? [refOf(s)] : []
      }),
    ),
  ]
}

/** Adds a stage after others, and says what it is known by. */
export function addStage(
  pipeline: Json,
  stage: StageConfig,
  after: readonly string[],
): { pipeline: Json; id: string } {
  const id = nextRef(stagesOf(pipeline))
  return {
    id,
    pipeline: withStages(pipeline, [
      ...rawStages(pipeline),
      { ...stage, refId: id, requisiteStageRefIds: refsOf(pipeline, after) },
    ]),
  }
}

/** Puts a stage between two that are connected. */
export function insertBetween(
  pipeline: Json,
  stage: StageConfig,
  from: string,
  to: string,
): { pipeline: Json; id: string } {
  const added = addStage(pipeline, stage, [from])
  return { id: added.id, pipeline: connect(disconnect(added.pipeline, from, to), added.id, to) }
}

export function changeStage(pipeline: Json, id: string, change: (stage: StageConfig) => StageConfig): Json {
  const ids = idsOf(pipeline)
  return withStages(
    pipeline,
    rawStages(pipeline).map((s, i) => (isObject(s) && ids[i] === id ? change(s) : s)),
  )
}

/** Gives a stage a refId that no other has; lines that meant the other stay with it. */
export function renumber(pipeline: Json, id: string): { pipeline: Json; id: string } {
  const ref = nextRef(stagesOf(pipeline))
  return { id: ref, pipeline: changeStage(pipeline, id, (s) => ({ ...s, refId: ref })) }
}

/** Takes stages out; what came after them comes after what was before them. */
export function removeStages(pipeline: Json, ids: readonly string[]): Json {
  const chosen = new Set(ids)
  const known = idsOf(pipeline)
  const raw = rawStages(pipeline)
  const kept = raw.filter((_, i) => !chosen.has(known[i] ?? ''))
  const left = new Set(kept.filter(isObject).map(refOf))
  const gone = new Map(
    raw.flatMap((s, i) =>
      isObject(s) && chosen.has(known[i] ?? '') && !left.has(refOf(s)) ? [[refOf(s), s] as const] : [],
    ),
  )
  const before = (ref: string, seen: Set<string>): string[] => {
    const s = gone.get(ref)
    if (!s) return [ref]
    if (seen.has(ref)) return []
    seen.add(ref)
    return requiredBy(s).flatMap((r) => before(r, seen))
  }
  return withStages(
    pipeline,
    kept.map((s) => {
      if (!isObject(s)) return s
      const required = requiredBy(s)
      if (!required.some((r) => gone.has(r))) return s
      const seen = new Set<string>()
      return { ...s, requisiteStageRefIds: [...new Set(required.flatMap((r) => before(r, seen)))] }
    }),
  )
}

/** Whether a line between two stages would close a circle. */
export function wouldCycle(stages: readonly StageConfig[], from: string, to: string): boolean {
  if (from === to) return true
  const byRef = new Map(stages.map((s) => [refOf(s), s]))
  const open = [from]
  const seen = new Set<string>()
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    if (ref === to) return true
    if (seen.has(ref)) continue
    seen.add(ref)
    const s = byRef.get(ref)
    if (s) open.push(...requiredBy(s))
  }
  return false
}

/** Lets one stage come after another; the same pipeline where that can't be. */
export function connect(pipeline: Json, from: string, to: string): Json {
  const byId = stagesById(pipeline)
  const [a, b] = [byId.get(from), byId.get(to)]
  // A line is drawn by refIds: from one that is not its own there is no line.
  if (!a || !b || refOf(a) !== from || wouldCycle(stagesOf(pipeline), from, refOf(b))) return pipeline
  return changeStage(pipeline, to, (s) =>
    requiredBy(s).includes(from) ? s : { ...s, requisiteStageRefIds: [...requiredBy(s), from] },
  )
}

export function disconnect(pipeline: Json, from: string, to: string): Json {
  const [ref] = refsOf(pipeline, [from])
  return changeStage(pipeline, to, (s) => ({
    ...s,
    requisiteStageRefIds: requiredBy(s).filter((r) => r !== ref),
  }))
}

/**
 * Adds copies of stages: lines among them stay; copies that begin go after the
 * given stages.
 */
export function pasteStages(
  pipeline: Json,
  copied: readonly StageConfig[],
  after: readonly string[],
): { pipeline: Json; ids: string[] } {
  const stages = stagesOf(pipeline)
  const taken = new Set<string>()
  const refs = copied.map(() => {
    const ref = nextRef(stages, taken)
    taken.add(ref)
    return ref
  })
  const renamed = new Map(copied.map((s, i) => [refOf(s), refs[i] ?? '']))
  const names = new Set(stages.map((s) => textOf(s.name)))
  const first = refsOf(pipeline, after)
  const added = copied.map((s, i) => {
    const inside = requiredBy(s).flatMap((r) => renamed.get(r) ?? [])
    return {
      ...structuredClone(s),
      name: freeName(textOf(s.name), names),
      refId: refs[i] ?? '',
      requisiteStageRefIds: inside.length > 0 ? inside : first,
    }
  })
  return { ids: refs, pipeline: withStages(pipeline, [...rawStages(pipeline), ...added]) }
}

/** A name that no other stage has: with a number where it is taken. */
export function freeName(name: string, names: Set<string>): string {
  let free = name
  for (let n = 2; free !== '' && names.has(free); n++) free = `${name} ${n}`
  names.add(free)
  return free
}

/** Sets a field, or takes it away where there is no value. */
export function setField<T extends Json>(object: T, field: string, value: unknown): T {
  if (value !== undefined) return { ...object, [field]: value }
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== field)) as T
}

/** A pipeline as a new one is made of it: what belongs to the old one alone is left out. */
export function copyOf(pipeline: Json, name: string): Json {
  const own = [
    'id',
    'index',
    'updateTs',
    'createTs',
    'lastModified',
    'lastModifiedBy',
    'locked',
    'createdAt',
    'updatedAt',
    'etag',
  ]
  const copy = Object.fromEntries(
    Object.entries(structuredClone(pipeline)).filter(([key]) => !own.includes(key)),
  )
  const triggers = objectsOf(copy['triggers']).map((t) => setField(t, 'id', undefined))
  return { ...copy, name, ...(triggers.length > 0 ? { triggers } : {}) }
}

/** Whether two configurations say the same, whatever the order of their keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => same(v, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((k) => k in b && same(a[k], b[k]))
}

/** A list with one of its members at another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const out = [...list]
  const [member] = out.splice(from, 1)
  if (member !== undefined || from in list) out.splice(to, 0, member as T)
  return out
}
