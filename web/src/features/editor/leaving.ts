import type { KeyboardEvent } from 'react'

/** What makes use of Escape itself: code editors, and fields and buttons whose list is open. */
const writes = '.cm-editor, [contenteditable="true"]'
const opened = '[data-expanded], [aria-haspopup][aria-expanded="true"]'

/**
 * Whether Escape leaves the panel that it is pressed in. A dialog or a list that the
 * panel has opened stands elsewhere in the page, although its events come through here.
 */
export function leaves(event: KeyboardEvent<HTMLElement>): boolean {
  if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return false
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false
  const target = event.target
  return (
    target instanceof Element &&
    event.currentTarget.contains(target) &&
    target.closest(writes) === null &&
    !target.matches(opened)
  )
}

/** Moves the focus to a stage in the graph, once the panel that had it has gone. */
export function focusCard(id: string): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus()
  })
}
