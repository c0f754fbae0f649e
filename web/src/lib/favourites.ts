import { useSyncExternalStore } from 'react'

// Favourite applications, kept in this browser.

const key = 'gennaker.favourites'
const listeners = new Set<() => void>()

function read(): readonly string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(value) ? value.filter((v) => typeof v === 'string') : []
  } catch {
    return []
  }
}

let current = read()

window.addEventListener('storage', (event) => {
  if (event.key === key) change(read())
})

function change(next: readonly string[]): void {
  current = next
  for (const listener of listeners) listener()
}

export function toggleFavourite(name: string): void {
  const next = current.includes(name) ? current.filter((n) => n !== name) : [...current, name]
  localStorage.setItem(key, JSON.stringify(next))
  change(next)
}

export function useFavourites(): readonly string[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}
