import { StatusDot, ToneBadge } from '@/components/Status'
import { useT } from '@/i18n'
import { healthTone, type HealthStatus } from '@/lib/health'

type Props = { health: HealthStatus | undefined }

/** useHealthName is a state in words, with its reason: "Failed: CrashLoopBackOff". */
export function useHealthName(): (health: HealthStatus | undefined) => string {
  const t = useT()
  return (health) => {
    const state = t(`health.state.${health?.state ?? 'unknown'}`)
    return health?.reason ? t('health.why', { state, reason: health.reason }) : state
  }
}

/** How a thing is doing, in a line of a list. */
export function HealthWord({ health }: Props) {
  const name = useHealthName()
  return (
    <span title={health?.message} data-health={health?.state} data-reason={health?.reason}>
      <StatusDot tone={healthTone(health)} /> {name(health)}
    </span>
  )
}

/** How a thing is doing, on the tone of its state. */
export function HealthBadge({ health }: Props) {
  const name = useHealthName()
  return (
    <span title={health?.message} data-health={health?.state} data-reason={health?.reason}>
      <ToneBadge tone={healthTone(health)}>{name(health)}</ToneBadge>
    </span>
  )
}
