import type { StageOutline } from '@/api/queries'
import { shownStatus, toneOf } from '@/lib/status'

/** The status of several stages drawn as one card: what needs attention first. */
export function statusOfFold(members: readonly StageOutline[]): string {
  const status = shownStatus({ status: 'RUNNING', stages: members })
  if (status === 'JUDGMENT') return status
  const tone = (wanted: string) => members.find((m) => toneOf(m.status) === wanted)
  const failed = tone('bad')
  if (failed) return failed.status
  if (status === 'WAITING') return status
  const worst = tone('busy') ?? tone('wait') ?? members.find((m) => m.status === 'CANCELED')
  if (worst) return worst.status
  const begun = members.some((m) => m.status === 'SUCCEEDED')
  const left = members.some((m) => m.status === 'NOT_STARTED')
  if (begun && left) return 'RUNNING'
  return begun ? 'SUCCEEDED' : (members[0]?.status ?? 'NOT_STARTED')
}
