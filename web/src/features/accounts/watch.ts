import type { Schemas } from '@/api/client'
import type { Tone } from '@/lib/status'

export type Account = Schemas['Account']

/** How the watch of one kind is. */
export type KindWatch = { kind: string; synced: boolean; error?: string; since?: string; heard?: string }

export const watchStates = ['live', 'connecting', 'degraded', 'down', 'unknown'] as const
export type WatchState = (typeof watchStates)[number]

/** How the watch of an account's cluster is. */
export type Watch = {
  state: WatchState
  error?: string
  since?: number
  heard?: number
  objects: number
  kinds: KindWatch[]
}

const tones: Record<WatchState, Tone> = {
  live: 'good',
  connecting: 'busy',
  degraded: 'wait',
  down: 'bad',
  unknown: 'idle',
}

export const toneOfWatch = (state: WatchState): Tone => tones[state]

/** The watch among an account's details, which are no part of the described type. */
export function watchOf(account: Account): Watch {
  const raw: unknown = account['watch']
  if (typeof raw !== 'object' || raw === null) return { state: 'unknown', objects: 0, kinds: [] }
  const w = raw as {
    state?: unknown
    error?: unknown
    since?: unknown
    heard?: unknown
    objects?: unknown
    kinds?: unknown
  }
  return {
    state: watchStates.find((s) => s === w.state) ?? 'unknown',
    error: typeof w.error === 'string' && w.error !== '' ? w.error : undefined,
    since: timeOf(w.since),
    heard: timeOf(w.heard),
    objects: typeof w.objects === 'number' ? w.objects : 0,
    kinds: Array.isArray(w.kinds) ? (w.kinds as KindWatch[]) : [],
  }
}

/** A time in milliseconds; none for what is no time, and for the zero time of Go. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : NaN
  return time > 0 ? time : undefined
}

export type KindState = 'broken' | 'pending' | 'synced'

export function stateOfKind(k: KindWatch): KindState {
  return k.error ? 'broken' : k.synced ? 'synced' : 'pending'
}

const order: Record<KindState, number> = { broken: 0, pending: 1, synced: 2 }

/** Kinds with those first that need somebody to look. */
export function kindsByNeed(kinds: readonly KindWatch[]): KindWatch[] {
  return [...kinds].sort(
    (a, b) => order[stateOfKind(a)] - order[stateOfKind(b)] || a.kind.localeCompare(b.kind),
  )
}

const needs: Record<WatchState, number> = { down: 0, degraded: 1, connecting: 2, unknown: 3, live: 4 }

/** How much somebody needs to look at what is in a state: the less the sooner. */
export const needOf = (state: WatchState): number => needs[state]

/** The namespaces that an account is limited to; none where it is not. */
export function namespacesOf(account: Account): string[] {
  const raw: unknown = account['namespaces']
  return Array.isArray(raw) ? raw.filter((n): n is string => typeof n === 'string') : []
}
