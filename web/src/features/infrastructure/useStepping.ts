import { useEffect } from 'react'

/** The links of a list that open something beside it. */
const links = '[data-inspect]'

/**
 * useStepping has the up and down arrows go from row to row of the list, and show each,
 * while something is shown beside it. The focus goes with it, so that it is where it
 * should be when the inspector closes.
 */
export function useStepping(shown: string | undefined): void {
  useEffect(() => {
    if (shown === undefined) return
    const press = (e: KeyboardEvent) => {
      const by = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0
      if (by === 0 || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || taken(e.target)) return
      const rows = [...document.querySelectorAll<HTMLElement>(links)]
      const at = rows.findIndex((row) => row.dataset['inspect'] === shown)
      const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by]
      if (!next) return
      e.preventDefault()
      next.focus()
      next.scrollIntoView({ block: 'nearest' })
      next.click()
    }
    document.addEventListener('keydown', press)
    return () => {
      document.removeEventListener('keydown', press)
    }
  }, [shown])
}

/** Whether the arrows mean something where the focus is. */
function taken(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input, textarea, select, [contenteditable="true"], [role="menu"], [role="dialog"], [role="tablist"], [role="listbox"], [role="radiogroup"], [role="separator"]',
    ) !== null
  )
}

/** Puts the focus on the row of what was shown, when it is shown no longer. */
export function focusRow(shown: string | undefined): void {
  const rows = [...document.querySelectorAll<HTMLElement>(links)]
  rows.find((row) => row.dataset['inspect'] === shown)?.focus()
}

/** How a row names what it shows: its account, location and name. */
export function inspected(account: string | undefined, location: string | undefined, name: string): string {
  return `${account ?? ''}|${location ?? ''}|${name}`
}
