import { useSyncExternalStore } from 'react'

// Whether the sidebar shows icons only, kept in this browser.

const key = 'gennaker.sidebar'
const listeners = new Set<() => void>()

function read(): boolean {
  try {
    return localStorage.getItem(key) === 'narrow'
  } catch {
    return false
  }
}

let narrow = read()
show()

/** The styles of all pages know how wide the sidebar is. */
function show(): void {
  document.documentElement.dataset['sidebar'] = narrow ? 'narrow' : 'wide'
}

function change(next: boolean): void {
  narrow = next
  show()
  for (const listener of listeners) listener()
}

window.addEventListener('storage', (event) => {
  if (event.key === key) change(read())
})

export function toggleSidebar(): void {
  change(!narrow)
  try {
    localStorage.setItem(key, narrow ? 'narrow' : 'wide')
  } catch {
    // A browser that keeps nothing shows it wide the next time.
  }
}

/** useNarrow tells whether the sidebar shows icons only. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => narrow,
  )
}
