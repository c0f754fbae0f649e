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
  /** Whether a card is a stage, and not a collapsed group. */
  isStage: (ref: string) => boolean
  /** Expands a collapsed group; false for a stage. */
  expand: (ref: string) => boolean
  /** Takes away what is selected: a line, else these stages. */
  remove: (refs: readonly string[]) => void
}

/** What the keys do in the editor's graph: arrows walk, Enter selects, + adds, Delete removes, Escape lets go. */
export function useGraphKeys(keys: Keys): (event: KeyboardEvent) => void {
  const { placed, selected, locked, select, add, focusStage, isStage, expand, remove } = keys
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
      if (isStage(to)) select(event.shiftKey ? [...new Set([...selected, to])] : [to])
      focusStage(to)
    } else if (focused !== undefined && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      if (expand(focused)) return
      select(event.shiftKey ? [...new Set([...selected, focused])] : [focused])
    } else if (focused !== undefined && event.key === '+' && !locked && isStage(focused)) {
      event.preventDefault()
      add(focused)
    } else if (event.key === 'Escape' && selected.length > 0) {
      event.preventDefault()
      select([])
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && !locked)
      remove(selected.length > 0 || focused === undefined || !isStage(focused) ? selected : [focused])
  }
}
