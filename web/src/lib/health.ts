import type { Schemas } from '@/api/client'
import type { Tone } from './status'

// What the server says of the health of things. The pages decide nothing about it but how it looks.

export type HealthStatus = Schemas['HealthStatus']
export type HealthState = HealthStatus['state']
export type HealthCounts = Schemas['HealthCounts']

/** The states, the worst first. */
export const healthStates = [
  'failed',
  'degraded',
  'progressing',
  'unknown',
  'suspended',
  'healthy',
] as const satisfies readonly HealthState[]

const tones: Record<HealthState, Tone> = {
  healthy: 'good',
  progressing: 'busy',
  degraded: 'wait',
  failed: 'bad',
  suspended: 'idle',
  unknown: 'idle',
}

export function healthTone(health: Pick<HealthStatus, 'state'> | undefined): Tone {
  return health ? tones[health.state] : 'idle'
}

/** Where a state stands among the others: the worst is first. */
export function healthRank(health: Pick<HealthStatus, 'state'> | undefined): number {
  return healthStates.indexOf(health?.state ?? 'unknown')
}

/** The instances of several groups, by their states. */
export function sumHealth(groups: readonly { healthCounts?: HealthCounts }[]): HealthCounts {
  const out: HealthCounts = {
    total: 0,
    healthy: 0,
    progressing: 0,
    degraded: 0,
    failed: 0,
    suspended: 0,
    unknown: 0,
  }
  for (const { healthCounts: c } of groups) {
    if (!c) continue
    out.total += c.total
    for (const state of healthStates) out[state] += c[state]
  }
  return out
}
