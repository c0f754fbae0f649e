import { StatusDot } from '@/components/Status'
import { healthTone, type HealthStatus } from '@/lib/health'
import { useHealthName } from './useHealthName'

/** How a thing is doing, in a line of a list. */
export function HealthWord({ health }: { health: HealthStatus | undefined }) {
  const name = useHealthName()
  return (
    <span title={health?.message} data-health={health?.state} data-reason={health?.reason}>
      <StatusDot tone={healthTone(health)} /> {name(health)}
    </span>
  )
}
