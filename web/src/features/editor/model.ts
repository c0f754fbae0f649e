// A pipeline's configuration as the editor has it: the JSON that the server keeps,
// of which only the known fields are touched. Every operation makes a new one, so
// that undo is a matter of keeping the old.

import { isObject, objectsOf, textOf, type Json } from '@/lib/json'

export { isObject, objectsOf, textOf, type Json }
export type StageConfig = Json & { type?: string; name?: string; refId?: string; requisiteStageRefIds?: string[] }

/** The stages, with the graph's fields in shape; what is no object is left out. */
export function stagesOf(pipeline: Json): StageConfig[] {
  const list: unknown = pipeline['stages']
  return Array.isArray(list) ? list.filter(isObject) : []
}

export const refOf = (s: StageConfig): string => textOf(s.refId)

/** What a stage requires, as its configuration says it. */
export function requiredBy(s: StageConfig): string[] {
  const list: unknown = s.requisiteStageRefIds
  return Array.isArray(list) ? list.map(textOf) : []
}

/**
 * Gives each stage a refId of its own, as a pipeline without any needs to be drawn:
 * one after the other, which is how it runs.
 */
export function withRefs(pipeline: Json): Json {
  const stages = stagesOf(pipeline)
  if (stages.length === 0 || stages.some((s) => refOf(s) !== '')) return pipeline
  return withStages(pipeline, stages.map((s, i) => ({ ...s, refId: String(i + 1), requisiteStageRefIds: i === 0 ? [] : [String(i)] })))
}

function withStages(pipeline: Json, stages: StageConfig[]): Json {
  return { ...pipeline, stages }
}

/** The next free number. */
export function nextRef(stages: readonly StageConfig[], taken: ReadonlySet<string> = new Set()): string {
  const numbers = [...stages.map(refOf), ...taken].map(Number).filter((n) => Number.isSafeInteger(n))
  return String(Math.max(0, ...numbers) + 1)
}

/** Adds a stage after others, and says under which reference. */
export function addStage(pipeline: Json, stage: StageConfig, after: readonly string[]): { pipeline: Json; ref: string } {
  const stages = stagesOf(pipeline)
  const ref = nextRef(stages)
  return { ref, pipeline: withStages(pipeline, [...stages, { ...stage, refId: ref, requisiteStageRefIds: [...after] }]) }
}

/** Puts a stage between two that are connected. */
export function insertBetween(pipeline: Json, stage: StageConfig, from: string, to: string): { pipeline: Json; ref: string } {
  const added = addStage(pipeline, stage, [from])
  return { ref: added.ref, pipeline: connect(disconnect(added.pipeline, from, to), added.ref, to) }
}

export function changeStage(pipeline: Json, ref: string, change: (stage: StageConfig) => StageConfig): Json {
  return withStages(pipeline, stagesOf(pipeline).map((s) => (refOf(s) === ref ? change(s) : s)))
}

/** Takes stages out; what came after them comes after what was before them. */
export function removeStages(pipeline: Json, refs: readonly string[]): Json {
  const gone = new Set(refs)
  const stages = stagesOf(pipeline)
  const byRef = new Map(stages.map((s) => [refOf(s), s]))
  const before = (ref: string, seen: Set<string>): string[] => {
    if (!gone.has(ref)) return [ref]
    if (seen.has(ref)) return []
    seen.add(ref)
    const s = byRef.get(ref)
    return s ? requiredBy(s).flatMap((r) => before(r, seen)) : []
  }
  const kept = stages.filter((s) => !gone.has(refOf(s))).map((s) => {
    const required = requiredBy(s)
    if (!required.some((r) => gone.has(r))) return s
    const seen = new Set<string>()
    return { ...s, requisiteStageRefIds: [...new Set(required.flatMap((r) => before(r, seen)))] }
  })
  return withStages(pipeline, kept)
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
  const stages = stagesOf(pipeline)
  if (!stages.some((s) => refOf(s) === from) || wouldCycle(stages, from, to)) return pipeline
  return changeStage(pipeline, to, (s) => (requiredBy(s).includes(from) ? s : { ...s, requisiteStageRefIds: [...requiredBy(s), from] }))
}

export function disconnect(pipeline: Json, from: string, to: string): Json {
  return changeStage(pipeline, to, (s) => ({ ...s, requisiteStageRefIds: requiredBy(s).filter((r) => r !== from) }))
}

/**
 * Adds copies of stages: lines among them stay, lines from outside are kept where
 * the stage is in this pipeline too. Copies that begin go after the given ones.
 */
export function pasteStages(pipeline: Json, copied: readonly StageConfig[], after: readonly string[]): { pipeline: Json; refs: string[] } {
  const stages = stagesOf(pipeline)
  const taken = new Set<string>()
  const refs = copied.map(() => {
    const ref = nextRef(stages, taken)
    taken.add(ref)
    return ref
  })
  const renamed = new Map(copied.map((s, i) => [refOf(s), refs[i] ?? '']))
  const names = new Set(stages.map((s) => textOf(s.name)))
  const added = copied.map((s, i) => {
    const inside = requiredBy(s).flatMap((r) => renamed.get(r) ?? [])
    return { ...structuredClone(s), name: freeName(textOf(s.name), names), refId: refs[i] ?? '', requisiteStageRefIds: inside.length > 0 ? inside : [...after] }
  })
  return { refs, pipeline: withStages(pipeline, [...stages, ...added]) }
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
  const own = ['id', 'index', 'updateTs', 'createTs', 'lastModified', 'lastModifiedBy', 'locked', 'createdAt', 'updatedAt', 'etag']
  const copy = Object.fromEntries(Object.entries(structuredClone(pipeline)).filter(([key]) => !own.includes(key)))
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
