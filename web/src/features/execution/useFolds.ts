import { useMemo, useState } from 'react'
import type { StageOutline } from '@/api/queries'
import { finishedOf, foldInto, groupsOf, type Unit } from '@/components/graph/fold'

/** What a graph shows of a run's stages, and how its parts are collapsed and expanded. */
export type Folds = {
  units: Unit<StageOutline>[]
  /** Whether there are groups and finished parts that could be collapsed. */
  can: { groups: boolean; finished: boolean; unfold: boolean }
  foldGroups: () => void
  foldFinished: () => void
  unfold: (key?: string) => void
}

/**
 * Groups are collapsed at first, as Deck has them; finished parts when asked for. What
 * holds the selected stage is expanded.
 */
export function useFolds(stages: readonly StageOutline[], selected: string | undefined): Folds {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [withFinished, setWithFinished] = useState(false)
  // What could be folded changes with the stages alone, not with the selection.
  const groups = useMemo(() => groupsOf(stages), [stages])
  const finished = useMemo(() => finishedOf(stages), [stages])
  return useMemo(() => {
    const closed = [...(withFinished ? finished : []), ...groups].filter(
      (f) => !open.has(f.key) && !f.members.some((m) => m.id === selected),
    )
    const units = foldInto(stages, closed)
    const folded = new Set(units.flatMap((u) => u.of.fold?.key ?? []))
    const without = (kind: string) => new Set([...open].filter((key) => !key.startsWith(kind)))
    return {
      units,
      can: {
        groups: groups.some((f) => !folded.has(f.key) && open.has(f.key)),
        finished: finished.length > 0 && !withFinished,
        unfold: folded.size > 0,
      },
      foldGroups: () => {
        setOpen(without('group:'))
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
  }, [stages, groups, finished, selected, open, withFinished])
}
