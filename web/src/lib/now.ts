import { useSyncExternalStore } from 'react'
import { serverNow } from './clock'

// One clock for all that shows how long ago something was: the server's, which
// ticks each second while anybody looks.

let now = serverNow()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

function subscribe(listener: () => void) {
  listeners.add(listener)
  now = serverNow()
  timer ??= setInterval(() => {
    now = serverNow()
    for (const l of listeners) l()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** useNow is the server's time in milliseconds since the epoch, which changes each second where it is live. */
export function useNow(live = true): number {
  return useSyncExternalStore(live ? subscribe : never, () => now)
}

/** useTimed is a text made of the time, and tells of it only when the text changes. */
export function useTimed(text: (now: number) => string, live = true): string {
  return useSyncExternalStore(live ? subscribe : never, () => text(now))
}

function never() {
  return () => undefined
}
