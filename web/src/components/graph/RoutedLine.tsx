import { BaseEdge, type Edge, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import type { Point } from './layout'
import { pathOf } from './path'

export type RoutedEdge = Edge<{ points: readonly Point[] }, 'routed'>

/** A line of a graph that goes around the cards between its ends. */
export const RoutedLine = memo(function RoutedLine({
  sourceX,
  sourceY,
  targetX,
  targetY,
  data,
  interactionWidth,
  markerEnd,
}: EdgeProps<RoutedEdge>) {
  return (
    <BaseEdge
      path={pathOf({ x: sourceX, y: sourceY }, data?.points ?? [], { x: targetX, y: targetY })}
      {...(interactionWidth === undefined ? {} : { interactionWidth })}
      {...(markerEnd === undefined ? {} : { markerEnd })}
    />
  )
})

export const edgeTypes = { routed: RoutedLine }
