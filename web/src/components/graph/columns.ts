import type { StageLike } from '@/lib/graph'
import type { Levels } from './levels'

const sweeps = 4

/**
 * columns finds the height of each stage's middle, for graphs that are too large for
 * the layout library: every stage as near to the middle of its neighbours as those
 * above and below it allow. It takes time in proportion to stages and links.
 */
export function columns<S extends StageLike>(
  stages: readonly S[],
  { level, links }: Levels<S>,
  step: number,
): Map<S, number> {
  const cols: S[][] = []
  for (const s of stages) (cols[level.get(s) ?? 0] ??= []).push(s)
  const byRef = new Map(stages.map((s) => [s.refId, s]))
  const before = new Map<S, S[]>()
  const after = new Map<S, S[]>()
  for (const { from, to } of links) {
    const [a, b] = [byRef.get(from), byRef.get(to)]
    if (!a || !b) continue
    add(before, b, a)
    add(after, a, b)
  }
  const y = new Map<S, number>()
  for (const col of cols)
    for (const [i, s] of (col ?? []).entries()) y.set(s, (i - (col.length - 1) / 2) * step)
  const place = (col: S[], near: Map<S, S[]>) => {
    const wanted = new Map(
      col.map((s) => {
        const ys = (near.get(s) ?? []).map((n) => y.get(n) ?? 0)
        return [s, ys.length > 0 ? ys.reduce((a, b) => a + b, 0) / ys.length : (y.get(s) ?? 0)]
      }),
    )
    col.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0))
    const at = spread(
      col.map((s) => wanted.get(s) ?? 0),
      step,
    )
    for (const [i, s] of col.entries()) y.set(s, at[i] ?? 0)
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const col of cols.slice(1)) place(col, before)
    if (sweep < sweeps - 1) for (const col of cols.slice(0, -1).reverse()) place(col, after)
  }
  return y
}

function add<S>(near: Map<S, S[]>, of: S, neighbour: S) {
  const list = near.get(of)
  if (list) list.push(neighbour)
  else near.set(of, [neighbour])
}

/**
 * spread moves sorted numbers as little as it can (the sum of the squares is the
 * least there is) so that each is at least step above the one before it: the pool
 * adjacent violators algorithm.
 */
export function spread(wanted: readonly number[], step: number): number[] {
  const blocks: { sum: number; size: number }[] = []
  for (const [i, w] of wanted.entries()) {
    let last = { sum: w - i * step, size: 1 }
    for (
      let top = blocks.at(-1);
      top && top.sum / top.size > last.sum / last.size;
      blocks.pop(), top = blocks.at(-1)
    )
      last = { sum: last.sum + top.sum, size: last.size + top.size }
    blocks.push(last)
  }
  return blocks
    .flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size))
    .map((at, i) => at + i * step)
}
