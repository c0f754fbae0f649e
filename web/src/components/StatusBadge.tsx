import { toneOf, type Tone } from '@/lib/status'
import { ToneBadge } from './ToneBadge'
import { useStatusName } from './useStatusName'

type Props = { status: string | undefined; tone?: Tone; size?: number }

/** A status in words, on its tone. */
export function StatusBadge({ status = 'NOT_STARTED', tone = toneOf(status) }: Props) {
  const label = useStatusName(status, tone)
  return <ToneBadge tone={tone}>{label}</ToneBadge>
}
