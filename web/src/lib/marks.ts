import { useSyncExternalStore } from 'react'

// What a person has done with the items of their inbox, kept in this browser: the one
// place that knows where. A table of the server can take its place when people log in.

/** A mark on an item: done, or asleep until a time in milliseconds since the epoch. */
export type Mark = { done: true; at: number } | { until: number; at: number }
export type Marks = Readonly<Record<string, Mark>>

const key = 'gennaker.inbox'
// The server lists no more items than this; what is marked longer ago is gone there, too.
const most = 1000
const oldest = 60 * 86_400_000

/** pruned is marks without those that are too old or too many to keep, the oldest first. */
export function pruned(marks: Marks, now: number): Marks {
  const kept = Object.entries(marks)
    .filter(([, m]) => now - m.at < oldest)
    .sort(([, a], [, b]) => b.at - a.at)
    .slice(0, most)
  return Object.fromEntries(kept)
}

/** read understands what is stored; what isn't a mark is left out. */
export function read(text: string | null): Marks {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, Mark] => isMark(entry[1])),
    )
  } catch {
    return {}
  }
}

function isMark(value: unknown): value is Mark {
  if (typeof value !== 'object' || value === null) return false
  const m = value as Record<string, unknown>
  return typeof m['at'] === 'number' && (m['done'] === true || typeof m['until'] === 'number')
}

/** Whether an item is to be seen, asleep, or done. */
export function stateOf(mark: Mark | undefined, now: number): 'open' | 'snoozed' | 'done' {
  if (!mark) return 'open'
  if ('done' in mark) return 'done'
  return mark.until > now ? 'snoozed' : 'open'
}

const listeners = new Set<() => void>()
let current = stored()

function stored(): Marks {
  try {
    return read(localStorage.getItem(key))
  } catch {
    return {}
  }
}

function change(next: Marks): void {
  current = next
  for (const listener of listeners) listener()
}

if (typeof window !== 'undefined')
  window.addEventListener('storage', (event) => {
    if (event.key === key) change(read(event.newValue))
  })

/** setMark marks an item, or takes its mark away, and gives the mark that it had. */
export function setMark(id: string, mark: Mark | undefined): Mark | undefined {
  const before = current[id]
  const others = Object.entries(current).filter(([other]) => other !== id)
  change(pruned(Object.fromEntries(mark ? [...others, [id, mark]] : others), Date.now()))
  try {
    localStorage.setItem(key, JSON.stringify(current))
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
  return before
}

export function useMarks(): Marks {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}
