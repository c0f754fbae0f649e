import { toneOf } from '@/lib/status'
import { ToneBadge } from './ToneBadge'
import { useStatusName } from './useStatusName'

/** A status in words, on its tone. */
export function StatusBadge({ status = 'NOT_STARTED' }: { status: string | undefined }) {
  const label = useStatusName(status)
  return <ToneBadge tone={toneOf(status)}>{label}</ToneBadge>
}
