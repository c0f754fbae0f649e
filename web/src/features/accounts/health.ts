import type { Schemas } from '@/api/client'
import type { Tone } from '@/lib/status'
import type { Listed } from './listing'
import { timeOf, watchOf } from './watch'

export type Condition = Schemas['AccountCondition']
export type State = Schemas['AccountState']

export type HealthWord = 'ready' | 'limited' | 'unreachable' | 'unauthorized' | 'notReady'

/** How an account is, as the server found when it looked last. */
export type Health = { word: HealthWord; tone: Tone; message?: string; since?: number }

const tones: Record<HealthWord, Tone> = {
  ready: 'good',
  limited: 'wait',
  unreachable: 'bad',
  unauthorized: 'bad',
  notReady: 'bad',
}

/** What the conditions come to; undefined where nobody has looked yet. */
export function healthOf(conditions: readonly Condition[] | undefined): Health | undefined {
  const of = (type: string) => conditions?.find((c) => c.type === type)
  const ready = of('Ready')
  if (!ready || ready.status === 'Unknown') return undefined
  const word =
    ready.status === 'True'
      ? ready.reason === 'PermissionsMissing'
        ? 'limited'
        : 'ready'
      : of('Reachable')?.status === 'False'
        ? 'unreachable'
        : of('Authorized')?.status === 'False'
          ? 'unauthorized'
          : 'notReady'
  return {
    word,
    tone: tones[word],
    message: ready.message || undefined,
    since: timeOf(ready.lastTransitionTime),
  }
}

/** Whether the view of a cluster that is well isn't what it should be: it is being filled, or parts of it are missing. */
export function isBehind(a: Listed): boolean {
  const state = a.cloud && watchOf(a.cloud).state
  return state === 'connecting' || state === 'degraded' || state === 'down'
}

/** What is wrong with an account, and since when; undefined where nothing is known to be. */
export function problemOf(a: Listed): { text: string; tone: Tone; since?: number } | undefined {
  const health = healthOf(a.conditions)
  if (health && health.word !== 'ready' && health.message)
    return { text: health.message, tone: health.tone, since: health.since }
  const watch = a.cloud && watchOf(a.cloud)
  return watch?.error
    ? { text: watch.error, tone: watch.state === 'down' ? 'bad' : 'wait', since: watch.since }
    : undefined
}
