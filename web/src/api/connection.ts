import { useSyncExternalStore } from 'react'
import { apiBase } from '@/lib/base'

// Whether the server can be reached. Whoever fails to reach it says so; from then
// on it is asked until it answers, and everybody is told.

const first = 500
const slowest = 5000

class Connection {
  private lost = false
  private asking = false
  private listeners = new Set<() => void>()
  private waiting: (() => void)[] = []

  readonly isLost = () => this.lost

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** suspect that the server is away: it is asked, and told to all if so. */
  suspect(): void {
    if (this.asking) return
    this.asking = true
    void this.ask()
  }

  /** answers resolves when the server has answered, at once or whenever it is back. */
  answers(): Promise<void> {
    const back = new Promise<void>((done) => this.waiting.push(done))
    this.suspect()
    return back
  }

  private async ask(): Promise<void> {
    let wait = first
    while (!(await alive())) {
      this.set(true)
      await new Promise((done) => setTimeout(done, wait))
      wait = Math.min(wait * 1.5, slowest)
    }
    this.asking = false
    this.set(false)
    for (const done of this.waiting.splice(0)) done()
  }

  private set(lost: boolean): void {
    if (this.lost === lost) return
    this.lost = lost
    for (const listener of this.listeners) listener()
  }
}

async function alive(): Promise<boolean> {
  try {
    const answer = await fetch(`${apiBase}/health/liveness`, {
      cache: 'no-store',
      signal: AbortSignal.timeout(4000),
    })
    return answer.ok
  } catch {
    return false
  }
}

export const connection = new Connection()

export function useConnectionLost(): boolean {
  return useSyncExternalStore(connection.subscribe, connection.isLost)
}
