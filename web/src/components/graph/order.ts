// The order of the cards of a column, for the layout library.

/** What of the library's graph, in which each line has a node in every column, an order looks at. */
type Ranked = {
  nodes: () => string[]
  edges: () => { v: string; w: string }[]
  node: (id: string) => { rank?: number; order?: number }
}
type Order<G> = (graph: G, options?: { disableOptimalOrderHeuristic: boolean }) => void

/**
 * keepOrder leaves stages in the order that the pipeline has them in, from top to
 * bottom, unless another order lets fewer lines cross. The library alone turns them
 * around for no reason.
 */
export function keepOrder<G extends Ranked>(graph: G, order: Order<G>) {
  order(graph, { disableOptimalOrderHeuristic: true })
  const before = crossings(graph)
  if (before === 0) return
  const kept = new Map(graph.nodes().map((id) => [id, graph.node(id).order ?? 0]))
  order(graph)
  if (crossings(graph) >= before) for (const [id, at] of kept) graph.node(id).order = at
}

function crossings(graph: Ranked): number {
  const columns = new Map<number, [number, number][]>()
  for (const { v, w } of graph.edges()) {
    const [a, b] = [graph.node(v), graph.node(w)]
    const column = columns.get(a.rank ?? 0) ?? []
    column.push([a.order ?? 0, b.order ?? 0])
    columns.set(a.rank ?? 0, column)
  }
  let n = 0
  for (const lines of columns.values())
    for (const [i, [from, to]] of lines.entries())
      for (const [from2, to2] of lines.slice(i + 1)) if ((from - from2) * (to - to2) < 0) n++
  return n
}
