import { useCallback, useMemo } from 'react'
import type { Foldable } from '@/components/graph/fold'
import { layout } from '@/components/graph/layout'
import { useFolds } from '@/components/graph/useFolds'
import { foldable, foldsOf } from './graphElements'
import { requiredBy, textOf, type Stages } from './model'

type Spacing = { width: number; height: number; across: number; down: number }

/** Where the cards of the editor's graph are: stages, and groups that a person has collapsed. */
export function usePlaced(stages: Stages, chosen: ReadonlySet<string>, spacing: Spacing) {
  const shape = useMemo(
    () => [...stages].map(([id, s]) => `${id}<${requiredBy(s).join(',')}/${textOf(s['group'])}`).join(';'),
    [stages],
  )
  // Places change with the shape alone, not with what is written into a stage.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const all = useMemo(() => foldable(stages), [shape])
  const isSelected = useCallback((s: Foldable) => chosen.has(s.refId), [chosen])
  const { units, can, foldGroups, unfold } = useFolds(all, isSelected, false)
  const drawn = units.map((u) => `${u.refId}<${u.requisiteStageRefIds.join(',')}`).join(';')
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const placed = useMemo(() => layout(units, spacing), [drawn, spacing])
  const folds = useMemo(() => foldsOf(units), [units])
  return { placed, folds, can, foldGroups, unfold }
}
