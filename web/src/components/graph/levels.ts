import type { StageLike } from '@/lib/graph'

export type Link = { from: string; to: string }
export type Levels<S> = {
  /** The level of each stage: 0 requires nothing, the others come after the longest way to them. */
  level: Map<S, number>
  /** What requires what, without unknown references, repeats, and lines that close a cycle. */
  links: Link[]
}

/**
 * levelsOf sorts the stages of a pipeline by Kahn's algorithm, in time in proportion
 * to stages and links. It never fails: unknown references and cycles of a broken
 * pipeline are left out, and of two stages with one refId the last one counts.
 */
export function levelsOf<S extends StageLike>(stages: readonly S[]): Levels<S> {
  const byRef = new Map<string, S>()
  for (const s of stages) if (s.refId !== undefined) byRef.set(s.refId, s)
  const required = (s: S) =>
    [...new Set(s.requisiteStageRefIds ?? [])].filter((r) => byRef.has(r) && byRef.get(r) !== s)

  const after = new Map<string, S[]>()
  const open = new Map<S, number>()
  for (const s of stages) {
    const before = required(s)
    open.set(s, before.length)
    for (const r of before) {
      const list = after.get(r)
      if (list) list.push(s)
      else after.set(r, [s])
    }
  }
  const level = new Map<S, number>()
  const ready = stages.filter((s) => open.get(s) === 0)
  for (const s of ready) level.set(s, 0)
  // The list grows while it is walked.
  for (const s of ready) {
    if (byRef.get(s.refId ?? '') !== s) continue
    for (const next of after.get(s.refId ?? '') ?? []) {
      level.set(next, Math.max(level.get(next) ?? 0, (level.get(s) ?? 0) + 1))
      const left = (open.get(next) ?? 1) - 1
      open.set(next, left)
      if (left === 0) ready.push(next)
    }
  }
  // What is left stands in a cycle or after one; it begins at the left.
  for (const s of stages) if (!level.has(s)) level.set(s, 0)
  const links = stages.flatMap((s) =>
    byRef.get(s.refId ?? '') !== s
      ? []
      : required(s)
          .filter((r) => (level.get(byRef.get(r) as S) ?? 0) < (level.get(s) ?? 0))
          .map((from) => ({ from, to: s.refId ?? '' })),
  )
  return { level, links }
}
