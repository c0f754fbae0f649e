import type { Fold, Foldable, Unit } from '@/components/graph/fold'
import type { Layout } from '@/components/graph/layout'
import type { RoutedEdge } from '@/components/graph/RoutedLine'
import type { Sized } from '@/lib/sized'
import type { FoldNode } from './FoldCard'
import { requiredBy, textOf, type Stages } from './model'
import type { Problem } from './problems'
import type { StageNode } from './StageCard'
import type { StageType } from './stageKinds'

/** What the layout places: a stage by its reference. */
export type Placeable = { refId: string; requisiteStageRefIds: string[] }

/** The stages as folding takes them, each by its key. */
export function foldable(stages: Stages): Foldable[] {
  return [...stages].map(([id, s]) => ({
    id,
    refId: id,
    requisiteStageRefIds: requiredBy(s),
    group: textOf(s['group']),
  }))
}

/** The groups that are drawn as one card, by their keys. */
export function foldsOf(units: readonly Unit<Foldable>[]): ReadonlyMap<string, Fold<Foldable>> {
  return new Map(units.flatMap((u) => (u.of.fold ? [[u.refId, u.of.fold]] : [])))
}

type Told = {
  folds: ReadonlyMap<string, Fold<Foldable>>
  stages: Stages
  types: ReadonlyMap<string, StageType>
  problems: ReadonlyMap<string, readonly Problem[]>
  chosen: ReadonlySet<string>
  size: Sized
}

/** The cards of the editor's graph. */
export function nodesOf(
  placed: Layout<Placeable>,
  { stages, types, problems, chosen, size, folds }: Told,
): (StageNode | FoldNode)[] {
  return placed.nodes.flatMap(({ stage: at, x, y }): (StageNode | FoldNode)[] => {
    const fold = folds.get(at.refId)
    if (fold) {
      const found = fold.members.flatMap((m) => problems.get(m.refId) ?? [])
      return [
        {
          id: fold.key,
          type: 'fold',
          position: { x, y },
          ...size,
          data: { fold, severity: worstOf(found) },
          draggable: false,
          connectable: false,
          selectable: false,
          ariaLabel: fold.name,
        },
      ]
    }
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
          severity: worstOf(found),
        },
        draggable: false,
        ariaLabel: textOf(stage.name) || textOf(stage.type),
      },
    ]
  })
}

const worstOf = (found: readonly Problem[]) =>
  found.some((p) => p.severity === 'error') ? 'error' : found[0]?.severity

/** The lines of the editor's graph. Those of a circle are drawn too, to be taken away. */
export function linesOf(
  placed: Layout<Placeable>,
  selected: string | undefined,
  circle: string | undefined,
  folds: ReadonlyMap<string, Fold<Foldable>>,
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
          // What a collapsed group is connected to is changed when it is expanded.
          ...(folds.has(from) || folds.has(to) ? { selectable: false, focusable: false } : {}),
          data: { points: points ?? [] },
          ...(points || circle === undefined ? {} : { className: circle }),
        }
      }),
  )
}
