import { useMemo, useState } from 'react'
import { finishedOf, foldInto, groupsOf, type Foldable, type Unit } from './fold'

/** What a graph shows of stages, and how its parts are collapsed and expanded. */
export type Folds<S> = {
  units: Unit<S>[]
  /** Whether there are groups and finished parts that could be collapsed. */
  can: { groups: boolean; finished: boolean; unfold: boolean }
  foldGroups: () => void
  foldFinished: () => void
  unfold: (key?: string) => void
}

/**
 * Groups are collapsed at first if asked for, as Deck has them; finished parts only when a
 * person collapses them. What holds a selected stage is expanded.
 */
export function useFolds<S extends Foldable>(
  stages: readonly S[],
  isSelected: (stage: S) => boolean,
  collapsed: boolean,
): Folds<S> {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [withGroups, setWithGroups] = useState(collapsed)
  const [withFinished, setWithFinished] = useState(false)
  // What could be folded changes with the stages alone, not with the selection.
  const groups = useMemo(() => groupsOf(stages), [stages])
  const finished = useMemo(() => finishedOf(stages), [stages])
  return useMemo(() => {
    const closed = [...(withFinished ? finished : []), ...(withGroups ? groups : [])].filter(
      (f) => !open.has(f.key) && !f.members.some(isSelected),
    )
    const units = foldInto(stages, closed)
    const folded = new Set(units.flatMap((u) => u.of.fold?.key ?? []))
    const without = (kind: string) => new Set([...open].filter((key) => !key.startsWith(kind)))
    return {
      units,
      can: {
        groups: groups.some((f) => !folded.has(f.key) && (open.has(f.key) || !withGroups)),
        finished: finished.length > 0 && !withFinished,
        unfold: folded.size > 0,
      },
      foldGroups: () => {
        setOpen(without('group:'))
        setWithGroups(true)
      },
      foldFinished: () => {
        setOpen(without('finished:'))
        setWithFinished(true)
      },
      unfold: (key) => {
        if (key !== undefined) {
          setOpen(new Set([...open, key]))
          return
        }
        setOpen(new Set([...groups, ...finished].map((f) => f.key)))
        setWithFinished(false)
      },
    }
  }, [stages, groups, finished, isSelected, open, withGroups, withFinished])
}
