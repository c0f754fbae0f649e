import { ToneBadge } from '@/components/Status'
import { healthTone, type HealthStatus } from '@/lib/health'
import { useHealthName } from './useHealthName'

/** How a thing is doing, on the tone of its state. */
export function HealthBadge({ health }: { health: HealthStatus | undefined }) {
  const name = useHealthName()
  return (
    <span title={health?.message} data-health={health?.state} data-reason={health?.reason}>
      <ToneBadge tone={healthTone(health)}>{name(health)}</ToneBadge>
    </span>
  )
}
