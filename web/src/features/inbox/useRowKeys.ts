import { useEffect, useRef, type RefObject } from 'react'

export type RowKeys = {
  done: (id: string) => void
  snooze: (id: string) => void
  undo: () => void
}

const rows = '[data-item] [data-row]'

/** useRowKeys is the keyboard of a list of rows: j and k move between them, e or d, s and u act on the one with the focus. */
export function useRowKeys(list: RefObject<HTMLElement | null>, keys: RowKeys): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || elsewhere(e.target)) return
      const all = [...(list.current?.querySelectorAll<HTMLElement>(rows) ?? [])]
      const at = all.findIndex((row) => row.closest('[data-item]')?.contains(document.activeElement))
      const id = all[at]?.closest<HTMLElement>('[data-item]')?.dataset['item']
      switch (e.key) {
        case 'j':
        case 'ArrowDown':
          all[Math.min(at + 1, all.length - 1)]?.focus()
          break
        case 'k':
        case 'ArrowUp':
          all[Math.max(at - 1, 0)]?.focus()
          break
        case 'u':
          latest.current.undo()
          break
        case 'e':
        case 'd':
          if (id !== undefined) {
            // The next one has the focus when this one is gone.
            ;(all[at + 1] ?? all[at - 1])?.focus()
            latest.current.done(id)
          }
          break
        case 's':
          if (id !== undefined) latest.current.snooze(id)
          break
        default:
          return
      }
      e.preventDefault()
    }
    document.addEventListener('keydown', press)
    return () => {
      document.removeEventListener('keydown', press)
    }
  }, [list])
}

/** Whether a key is meant for something else: a field, a menu, a dialog. */
function elsewhere(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable="true"], [role="menu"], [role="dialog"]') !==
      null
  )
}
