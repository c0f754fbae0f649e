import type { Layout } from '@/components/graph/layout'
import type { StageLike } from '@/lib/graph'

// From stage to stage by the arrow keys.

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown'
export const isArrow = (key: string): key is Arrow => /^Arrow(Left|Right|Up|Down)$/.test(key)

/** The stage that an arrow leads to; undefined where there is none. Without a stage to begin from it is the first. */
export function neighbour<S extends StageLike & { refId: string }>(
  { nodes, edges }: Layout<S>,
  from: string | undefined,
  arrow: Arrow,
): string | undefined {
  const at = nodes.find((n) => n.stage.refId === from)
  if (!at) return nodes[0]?.stage.refId
  const place = (id: string) => nodes.find((n) => n.stage.refId === id)
  const nearest = (ids: readonly string[]) => {
    const found = ids
      .flatMap((id) => place(id) ?? [])
      .sort((a, b) => Math.abs(a.y - at.y) - Math.abs(b.y - at.y))
    return found[0]?.stage.refId
  }
  if (arrow === 'ArrowRight') return nearest(edges.filter((e) => e.from === from).map((e) => e.to))
  if (arrow === 'ArrowLeft') return nearest(edges.filter((e) => e.to === from).map((e) => e.from))
  const way = arrow === 'ArrowDown' ? 1 : -1
  const column = nodes
    .filter((n) => n.level === at.level && (n.y - at.y) * way > 0)
    .sort((a, b) => (a.y - b.y) * way)
  return column[0]?.stage.refId
}
