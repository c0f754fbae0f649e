import type { Layout } from '@/components/graph/layout'
import type { RoutedEdge } from '@/components/graph/RoutedLine'
import type { Sized } from '@/lib/sized'
import { textOf, type Stages } from './model'
import type { Problem } from './problems'
import type { StageNode } from './StageCard'
import type { StageType } from './stageKinds'

/** What the layout places: a stage by its reference. */
export type Placeable = { refId: string; requisiteStageRefIds: string[] }

type Told = {
  stages: Stages
  types: ReadonlyMap<string, StageType>
  problems: ReadonlyMap<string, readonly Problem[]>
  chosen: ReadonlySet<string>
  size: Sized
}

/** The cards of the editor's graph. */
export function nodesOf(
  placed: Layout<Placeable>,
  { stages, types, problems, chosen, size }: Told,
): StageNode[] {
  return placed.nodes.flatMap(({ stage: at, x, y }): StageNode[] => {
    const stage = stages.get(at.refId)
    if (!stage) return []
    const found = problems.get(at.refId) ?? []
    return [
      {
        id: at.refId,
        type: 'stage',
        position: { x, y },
        ...size,
        selected: chosen.has(at.refId),
        data: {
          stage,
          type: types.get(textOf(stage.type)),
          problem: found[0]?.message,
          severity: found.some((p) => p.severity === 'error') ? 'error' : found[0]?.severity,
        },
        draggable: false,
        ariaLabel: textOf(stage.name) || textOf(stage.type),
      },
    ]
  })
}

/** The lines of the editor's graph. Those of a circle are drawn too, to be taken away. */
export function linesOf(
  placed: Layout<Placeable>,
  selected: string | undefined,
  circle: string | undefined,
): RoutedEdge[] {
  const routes = new Map(placed.edges.map((e) => [`${e.from}>${e.to}`, e.points]))
  const known = new Set(placed.nodes.map((n) => n.stage.refId))
  return placed.nodes.flatMap(({ stage: { refId: to, requisiteStageRefIds: required } }) =>
    [...new Set(required)]
      .filter((from) => known.has(from) && from !== to)
      .map((from): RoutedEdge => {
        const id = `${from}>${to}`
        const points = routes.get(id)
        return {
          id,
          type: 'routed',
          source: from,
          target: to,
          selected: id === selected,
          interactionWidth: 18,
          ariaLabel: id,
          data: { points: points ?? [] },
          ...(points || circle === undefined ? {} : { className: circle }),
        }
      }),
  )
}
