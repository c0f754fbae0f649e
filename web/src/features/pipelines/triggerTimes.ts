import type { TriggerState } from './useTriggerStates'

/** The soonest of the times at which triggers fire next, and the latest start of one of them. */
export function summaryOf(states: readonly TriggerState[]): {
  next?: number
  last?: NonNullable<TriggerState['last']>
} {
  const next = states.flatMap((s) => (s.next ? [Date.parse(s.next)] : [])).sort((a, b) => a - b)[0]
  const last = states.flatMap((s) => s.last ?? []).sort((a, b) => b.at - a.at)[0]
  return { ...(next === undefined ? {} : { next }), ...(last ? { last } : {}) }
}
