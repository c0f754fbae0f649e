import { Position, type NodeHandle } from '@xyflow/react'

export type Sized = {
  width: number
  height: number
  measured: { width: number; height: number }
  handles: NodeHandle[]
}

/**
 * The size of each stage of a graph, and where lines meet it. A graph that knows
 * them draws at once what is seen; else it draws every stage first, to measure it,
 * and a thousand take seconds.
 */
export function sized(width: number, height: number): Sized {
  const y = height / 2
  return {
    width,
    height,
    measured: { width, height },
    handles: [
      { type: 'target', position: Position.Left, x: 0, y },
      { type: 'source', position: Position.Right, x: width, y },
    ],
  }
}
