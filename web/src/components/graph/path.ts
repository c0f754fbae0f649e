import type { Point } from './layout'

/**
 * The SVG path of a line between two cards that passes through points: level where it
 * leaves, passes and arrives, and curved between.
 */
export function pathOf(from: Point, points: readonly Point[], to: Point): string {
  let at = from
  let path = `M${from.x},${from.y}`
  for (const p of [...points, to]) {
    if (p.y === at.y) path += ` L${p.x},${p.y}`
    else {
      const half = (at.x + p.x) / 2
      path += ` C${half},${at.y} ${half},${p.y} ${p.x},${p.y}`
    }
    at = p
  }
  return path
}
