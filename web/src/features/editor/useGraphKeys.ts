import type { KeyboardEvent } from 'react'
import type { Layout } from '@/components/graph/layout'
import type { Placeable } from './graphElements'
import { isArrow, neighbour } from './walk'

type Keys = {
  placed: Layout<Placeable>
  selected: readonly string[]
  locked: boolean
  select: (refs: readonly string[]) => void
  /** Asks for a stage to add after another. */
  add: (from: string) => void
  focusStage: (ref: string) => void
  /** Takes away what is selected: a line, else these stages. */
  remove: (refs: readonly string[]) => void
}

/** What the keys do in the editor's graph: arrows walk, Enter selects, + adds, Delete removes. */
export function useGraphKeys(keys: Keys): (event: KeyboardEvent) => void {
  const { placed, selected, locked, select, add, focusStage, remove } = keys
  return (event) => {
    const focused =
      event.target instanceof HTMLElement && event.target.matches('.react-flow__node')
        ? event.target.dataset['id']
        : undefined
    if (isArrow(event.key)) {
      const to = neighbour(placed, focused ?? selected.at(-1), event.key)
      if (to === undefined) return
      event.preventDefault()
      event.stopPropagation()
      select(event.shiftKey ? [...new Set([...selected, to])] : [to])
      focusStage(to)
    } else if (focused !== undefined && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      select(event.shiftKey ? [...new Set([...selected, focused])] : [focused])
    } else if (focused !== undefined && event.key === '+' && !locked) {
      event.preventDefault()
      add(focused)
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && !locked)
      remove(selected.length > 0 || focused === undefined ? selected : [focused])
  }
}
