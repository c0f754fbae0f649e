import { Graph, layout as dagre } from '@dagrejs/dagre'
import type { StageLike } from '@/lib/graph'
import { columns } from './columns'
import { levelsOf, type Levels, type Link } from './levels'
import { keepOrder } from './order'

export type Point = { x: number; y: number }
/** A stage with its column and the upper left corner of its card. */
export type Placed<S> = Point & { stage: S; level: number }
/** A line between two cards, with the points that lead it around others. */
export type Line = Link & { points: Point[] }
export type Layout<S> = {
  nodes: Placed<S>[]
  edges: Line[]
  levels: number
  width: number
  height: number
}

/** The size of a stage's card and the space between cards, in pixels. */
export type Spacing = { width: number; height: number; across: number; down: number }

// The library's time grows with the square of stages and of the columns that lines
// cross. Up to here it answers within some 200 ms; graphs beyond it are laid out in
// columns, in a few milliseconds.
const most = 300

/**
 * layout places the stages of a pipeline from left to right, each after all it
 * requires, in columns around a common middle. Lines go around the cards between
 * their ends, but for graphs too large for it. Cycles, unknown references and twins
 * of a broken pipeline do no harm.
 */
export function layout<S extends StageLike>(stages: readonly S[], spacing: Spacing): Layout<S> {
  const levels = levelsOf(stages)
  const byRef = new Map(stages.map((s) => [s.refId, s]))
  const at = (ref: string) => levels.level.get(byRef.get(ref) as S) ?? 0
  const cost = levels.links.reduce((sum, l) => sum + at(l.to) - at(l.from) - 1, stages.length)
  return framed(cost > most ? inColumns(stages, levels, spacing) : byDagre(stages, levels, spacing), spacing)
}

type Drawn<S> = Pick<Layout<S>, 'nodes' | 'edges'>

function inColumns<S extends StageLike>(stages: readonly S[], levels: Levels<S>, s: Spacing): Drawn<S> {
  const y = columns(stages, levels, s.height + s.down)
  return {
    nodes: stages.map((stage) => {
      const level = levels.level.get(stage) ?? 0
      return { stage, level, x: level * (s.width + s.across), y: (y.get(stage) ?? 0) - s.height / 2 }
    }),
    edges: levels.links.map((l) => ({ ...l, points: [] })),
  }
}

function byDagre<S extends StageLike>(stages: readonly S[], levels: Levels<S>, s: Spacing): Drawn<S> {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: s.down, edgesep: s.down, ranksep: s.across })
  graph.setDefaultEdgeLabel(() => ({}))
  // Twins and stages without a refId are cards too, so cards go by their index.
  const ids = new Map(stages.map((stage, i) => [stage.refId, String(i)]))
  for (const i of stages.keys()) graph.setNode(String(i), { width: s.width, height: s.height })
  for (const { from, to } of levels.links) graph.setEdge(ids.get(from) ?? '', ids.get(to) ?? '')
  dagre(graph, { customOrder: keepOrder })
  const middles = stages.map((_, i) => graph.node(String(i)) as Point)
  const ranks = [...new Set(middles.map((m) => Math.round(m.x)))].sort((a, b) => a - b)
  const rank = new Map(ranks.map((x, i) => [x, i]))
  return {
    nodes: stages.map((stage, i) => {
      const { x, y } = middles[i] ?? { x: 0, y: 0 }
      return { stage, level: rank.get(Math.round(x)) ?? 0, x: x - s.width / 2, y: y - s.height / 2 }
    }),
    edges: levels.links.map((l) => {
      const edge = graph.edge(ids.get(l.from) ?? '', ids.get(l.to) ?? '') as { points?: Point[] }
      // The ends are the cards' own; of the rest those count that stand in a column of cards.
      const inner = (edge.points ?? []).slice(1, -1).filter((p) => rank.has(Math.round(p.x)))
      return { ...l, points: inner.flatMap((p) => past(p, s.width)) }
    }),
  }
}

/** A line goes straight past a whole column, lest it cut a card's corner. */
const past = ({ x, y }: Point, width: number): Point[] => [
  { x: x - width / 2, y },
  { x: x + width / 2, y },
]

/** The drawing moved to where its upper left corner is 0, 0. */
function framed<S>({ nodes, edges }: Drawn<S>, s: Spacing): Layout<S> {
  const [xs, ys] = [nodes.map((n) => n.x), nodes.map((n) => n.y)]
  const left = xs.reduce((a, b) => Math.min(a, b), Infinity)
  const top = ys.reduce((a, b) => Math.min(a, b), Infinity)
  if (nodes.length === 0) return { nodes, edges, levels: 0, width: 0, height: 0 }
  const moved = <P extends Point>(p: P): P => ({ ...p, x: Math.round(p.x - left), y: Math.round(p.y - top) })
  return {
    nodes: nodes.map(moved),
    edges: edges.map((e) => ({ ...e, points: e.points.map(moved) })),
    levels: nodes.reduce((most, n) => Math.max(most, n.level + 1), 0),
    width: Math.round(xs.reduce((a, b) => Math.max(a, b), -Infinity) - left) + s.width,
    height: Math.round(ys.reduce((a, b) => Math.max(a, b), -Infinity) - top) + s.height,
  }
}
