import { levelsOf } from './levels'

/** What of a stage folding looks at. */
export type Foldable = {
  id: string
  refId: string
  requisiteStageRefIds: string[]
  /** The name of the group that the pipeline's author put the stage in, as Deck has it. */
  group?: string
  status?: string
}

/** Several stages drawn as one card. */
export type Fold<S> = {
  /** Stands for the stages in requisiteStageRefIds; no stage's refId. */
  key: string
  kind: 'group' | 'finished'
  /** The group's name; empty for finished stages. */
  name: string
  members: S[]
}

/** A card of a folded graph: a stage or a fold. */
export type Unit<S> = {
  refId: string
  requisiteStageRefIds: string[]
  of: { stage: S; fold?: never } | { fold: Fold<S>; stage?: never }
}

/** Whether a finished stage may be folded away: it did what it should, or was not needed. */
const finished = (s: Foldable) => s.status === 'SUCCEEDED' || s.status === 'SKIPPED'

/** groupsOf collects the stages that share a group; a group of one stage is none. */
export function groupsOf<S extends Foldable>(stages: readonly S[]): Fold<S>[] {
  const byName = new Map<string, S[]>()
  for (const s of stages) if (s.group) byName.set(s.group, [...(byName.get(s.group) ?? []), s])
  return [...byName]
    .filter(([, members]) => members.length > 1)
    .map(([name, members]) => ({ key: `group:${name}`, kind: 'group' as const, name, members }))
}

/**
 * finishedOf collects the part of a run that is done: finished stages that have only
 * finished ones before them, one fold for each part that hangs together.
 */
export function finishedOf<S extends Foldable>(stages: readonly S[]): Fold<S>[] {
  const { level, links } = levelsOf(stages)
  const before = new Map<string, string[]>()
  for (const { from, to } of links) before.set(to, [...(before.get(to) ?? []), from])
  const done = new Map<string, S>()
  for (const s of [...stages].sort((a, b) => (level.get(a) ?? 0) - (level.get(b) ?? 0)))
    if (finished(s) && (before.get(s.refId) ?? []).every((r) => done.has(r))) done.set(s.refId, s)
  // Parts that hang together, by union-find.
  const root = new Map([...done.keys()].map((r) => [r, r]))
  const find = (r: string): string => {
    let at = r
    for (let up = root.get(at); up !== undefined && up !== at; up = root.get(at)) {
      root.set(at, root.get(up) ?? up)
      at = up
    }
    return at
  }
  for (const { from, to } of links) if (done.has(from) && done.has(to)) root.set(find(to), find(from))
  const parts = new Map<string, S[]>()
  for (const [ref, s] of done) parts.set(find(ref), [...(parts.get(find(ref)) ?? []), s])
  return [...parts]
    .filter(([, members]) => members.length > 1)
    .map(([first, members]) => ({ key: `finished:${first}`, kind: 'finished' as const, name: '', members }))
}

/**
 * foldInto draws the stages of each fold as one card. A fold is left open if one of
 * its stages is in an earlier fold, or if its card would come both before and after
 * another.
 */
export function foldInto<S extends Foldable>(stages: readonly S[], folds: readonly Fold<S>[]): Unit<S>[] {
  let units = stages.map((stage): Unit<S> => ({
    refId: stage.refId,
    requisiteStageRefIds: stage.requisiteStageRefIds,
    of: { stage },
  }))
  let leftOut = circular(units)
  for (const fold of folds) {
    const next = contract(units, fold)
    if (!next) continue
    const nextLeftOut = circular(next)
    if (nextLeftOut <= leftOut) [units, leftOut] = [next, nextLeftOut]
  }
  return units
}

function contract<S extends Foldable>(units: readonly Unit<S>[], fold: Fold<S>): Unit<S>[] | undefined {
  const inside = new Set(fold.members.map((m) => m.refId))
  const taken = units.filter((u) => u.of.stage && inside.has(u.refId))
  if (taken.length < fold.members.length) return undefined
  const renamed = (refs: readonly string[]) => [...new Set(refs.map((r) => (inside.has(r) ? fold.key : r)))]
  const card: Unit<S> = {
    refId: fold.key,
    requisiteStageRefIds: renamed(taken.flatMap((u) => u.requisiteStageRefIds)).filter((r) => r !== fold.key),
    of: { fold },
  }
  return units.flatMap((u) => {
    if (u === taken[0]) return [card]
    if (inside.has(u.refId)) return []
    return [{ ...u, requisiteStageRefIds: renamed(u.requisiteStageRefIds) }]
  })
}

/** How many lines of the graph are left out because they close a cycle. */
function circular<S extends Foldable>(units: readonly Unit<S>[]): number {
  const known = new Set(units.map((u) => u.refId))
  const all = units.reduce(
    (n, u) => n + new Set(u.requisiteStageRefIds.filter((r) => known.has(r) && r !== u.refId)).size,
    0,
  )
  return all - levelsOf(units).links.length
}
