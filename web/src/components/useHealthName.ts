import { useT } from '@/i18n'
import type { HealthStatus } from '@/lib/health'
import { useReason } from './useReason'

/** useHealthName is a state in words, with its reason: "Suspended: Rollout paused". */
export function useHealthName(): (health: HealthStatus | undefined) => string {
  const t = useT()
  const inWords = useReason()
  return (health) => {
    const state = t(`health.state.${health?.state ?? 'unknown'}`)
    const reason = health?.reason ? inWords(health.reason) : state
    return reason === state ? state : t('health.why', { state, reason })
  }
}
