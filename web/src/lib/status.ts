import type { Schemas } from '@/api/client'

export type Status = Schemas['Status']

/** How a status looks: five tones are enough to tell what matters at a glance. */
export type Tone = 'good' | 'bad' | 'busy' | 'wait' | 'idle'

const tones: Record<string, Tone> = {
  SUCCEEDED: 'good',
  FAILED_CONTINUE: 'wait',
  TERMINAL: 'bad',
  STOPPED: 'bad',
  CANCELED: 'idle',
  SKIPPED: 'idle',
  NOT_STARTED: 'idle',
  RUNNING: 'busy',
  REDIRECT: 'busy',
  PAUSED: 'wait',
  SUSPENDED: 'wait',
  BUFFERED: 'wait',
  JUDGMENT: 'wait',
  WAITING: 'wait',
}

export function toneOf(status: string | undefined): Tone {
  return tones[status ?? ''] ?? 'idle'
}

/** Whether an execution, a stage or a task can still change. */
export function isActive(status: string | undefined): boolean {
  return ['NOT_STARTED', 'RUNNING', 'PAUSED', 'SUSPENDED', 'BUFFERED', 'REDIRECT'].includes(status ?? '')
}

type Staged = { type?: string; status?: string; id?: string }

/** The stages that wait for a person's decision. */
export function judgmentsOf<S extends Staged>(stages: readonly S[]): S[] {
  return stages.filter((s) => s.type === 'manualJudgment' && s.status === 'RUNNING')
}

type Waiting = Schemas['WaitingFor']

/** The faulty objects that the running stages wait for, those of added stages too. */
export function waitedFor(stages: readonly { waitingFor?: Waiting; status?: string }[]): Waiting[] {
  return stages.flatMap((s) => (s.status === 'RUNNING' && s.waitingFor ? [s.waitingFor] : []))
}

type Shown = Staged & { waitingFor?: Waiting }

/**
 * The status of an execution, or of several stages, as it is shown: what runs may wait for a
 * person (JUDGMENT), or for an object that doesn't come up (WAITING).
 */
export function shownStatus({ status, stages }: { status?: string; stages: readonly Shown[] }): string {
  if (status !== 'RUNNING') return status ?? 'NOT_STARTED'
  return judgmentsOf(stages).length > 0 ? 'JUDGMENT' : waitedFor(stages).length > 0 ? 'WAITING' : status
}

/** The status of a stage as it is shown. */
export const shownStageStatus = (s: Shown): string => shownStatus({ ...s, stages: [s] })
