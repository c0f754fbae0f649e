import type { StageOutline } from '@/api/queries'
import { judgmentsOf, toneOf, type Tone } from '@/lib/status'

/** How several stages drawn as one card are: what needs attention first. */
export function statusOfFold(members: readonly StageOutline[]): { status: string; tone: Tone } {
  if (judgmentsOf(members).length > 0) return { status: 'RUNNING', tone: 'wait' }
  const worst =
    members.find((m) => toneOf(m.status) === 'bad') ??
    members.find((m) => toneOf(m.status) === 'busy') ??
    members.find((m) => toneOf(m.status) === 'wait') ??
    members.find((m) => m.status === 'CANCELED')
  if (worst) return { status: worst.status, tone: toneOf(worst.status) }
  const begun = members.some((m) => m.status === 'SUCCEEDED')
  const left = members.some((m) => m.status === 'NOT_STARTED')
  if (begun && left) return { status: 'RUNNING', tone: 'busy' }
  const status = begun ? 'SUCCEEDED' : (members[0]?.status ?? 'NOT_STARTED')
  return { status, tone: toneOf(status) }
}
