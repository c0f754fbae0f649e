// The graph of a pipeline's stages: who comes after whom, and where each is drawn.

export type StageLike = {
  id?: string
  refId?: string
  parentStageId?: string
  requisiteStageRefIds?: string[]
}

/** The stages that a pipeline's author has written, without those that the engine adds. */
export function topLevel<S extends { parentStageId?: string }>(stages: readonly S[]): S[] {
  return stages.filter((s) => !s.parentStageId)
}

export type Placed<S> = { stage: S; level: number; row: number }
export type Layout<S> = {
  nodes: Placed<S>[]
  edges: { from: string; to: string }[]
  levels: number
  rows: number
}

/**
 * layout places stages in levels, each one after all it requires, and orders those
 * of a level by where their requirements are, so that lines cross little. It takes
 * time in proportion to stages and edges; cycles and unknown references of a broken
 * pipeline are left out.
 */
export function layout<S extends StageLike>(stages: readonly S[]): Layout<S> {
  const byRef = new Map<string, S>()
  for (const s of stages) if (s.refId !== undefined) byRef.set(s.refId, s)
  const required = (s: S) => (s.requisiteStageRefIds ?? []).filter((r) => byRef.has(r) && r !== s.refId)

  const level = levelsOf(stages, required)
  const columns: S[][] = []
  for (const s of stages) {
    const at = level.get(s) ?? 0
    for (let i = columns.length; i <= at; i++) columns.push([])
    columns[at]?.push(s)
  }

  const row = new Map<string, number>()
  const nodes: Placed<S>[] = []
  let rows = 0
  for (const [at, column] of columns.entries()) {
    const weight = new Map(
      column.map((s, i) => {
        const before = required(s)
          .map((r) => row.get(r))
          .filter((n) => n !== undefined)
        return [s, before.length > 0 ? before.reduce((a, b) => a + b, 0) / before.length : i]
      }),
    )
    column.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0))
    // A stage stands beside what it requires where there is room.
    let next = 0
    for (const s of column) {
      const place = Math.max(next, Math.round(weight.get(s) ?? 0))
      next = place + 1
      if (s.refId !== undefined) row.set(s.refId, place)
      nodes.push({ stage: s, level: at, row: place })
      rows = Math.max(rows, next)
    }
  }
  const edges = stages.flatMap((s) =>
    required(s)
      .filter((r) => (level.get(byRef.get(r) as S) ?? 0) < (level.get(s) ?? 0))
      .map((from) => ({ from, to: s.refId ?? '' })),
  )
  return { nodes, edges, levels: columns.length, rows }
}

// Levels by Kahn's algorithm; what is left over stands in a cycle, and goes first.
function levelsOf<S extends StageLike>(stages: readonly S[], required: (s: S) => string[]): Map<S, number> {
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
  for (const s of ready) if (!level.has(s)) level.set(s, 0)
  // The list grows while it is gone through.
  for (const s of ready) {
    for (const next of after.get(s.refId ?? '') ?? []) {
      level.set(next, Math.max(level.get(next) ?? 0, (level.get(s) ?? 0) + 1))
      const left = (open.get(next) ?? 1) - 1
      open.set(next, left)
      if (left === 0) ready.push(next)
    }
  }
  return level
}
