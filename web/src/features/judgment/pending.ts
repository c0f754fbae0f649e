import { useSyncExternalStore } from 'react'
import { apiBase } from '@/lib/base'

// Answers to judgments that can still be undone. An answer is sent when its time
// is up. If the page is closed before that, it is sent at once: who has answered
// expects it to hold. The answers live here and not in a component, so that a list
// that is drawn anew, or a page that is left, loses none.

export type Decision = 'continue' | 'stop'
export type Answer = { executionId: string; stageId: string; decision: Decision; input: string | undefined }
export type Pending = Answer & {
  /** When it is sent, by this computer's clock, in milliseconds since the epoch. */
  at: number
  state: 'waiting' | 'sent'
}

/** How long an answer can be undone, in milliseconds. */
export const grace = 5000

// How long a stage may take to end after its answer was sent; if it then still
// waits, as after a restart, it is asked about again.
const lasting = 10_000

type Send = (answer: Answer) => Promise<unknown>
type Refused = (answer: Answer, error: unknown) => void

const answers = new Map<string, Pending>()
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const listeners = new Set<() => void>()

function tell() {
  for (const l of listeners) l()
}

function put(p: Pending) {
  answers.set(p.stageId, p)
  tell()
}

function drop(stageId: string) {
  clearTimeout(timers.get(stageId))
  timers.delete(stageId)
  if (answers.delete(stageId)) tell()
}

/** Gives an answer that is sent in a moment. */
export function decide(answer: Answer, send: Send, refused: Refused): void {
  drop(answer.stageId)
  put({ ...answer, at: Date.now() + grace, state: 'waiting' })
  timers.set(
    answer.stageId,
    setTimeout(() => {
      const now = answers.get(answer.stageId)
      if (now?.state !== 'waiting') return
      put({ ...now, state: 'sent' })
      send(answer).then(
        () => timers.set(answer.stageId, setTimeout(drop, lasting, answer.stageId)),
        (error: unknown) => {
          drop(answer.stageId)
          refused(answer, error)
        },
      )
    }, grace),
  )
}

/** Takes an answer back that wasn't sent yet. */
export function undo(stageId: string): void {
  if (answers.get(stageId)?.state === 'waiting') drop(stageId)
}

/** The request of an answer, that outlives the page. */
export function requestOf(a: Answer): [url: string, init: RequestInit] {
  const body = a.input
    ? { judgmentStatus: a.decision, judgmentInput: a.input }
    : { judgmentStatus: a.decision }
  return [
    `${apiBase}/pipelines/${encodeURIComponent(a.executionId)}/stages/${encodeURIComponent(a.stageId)}`,
    {
      method: 'PATCH',
      keepalive: true,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    },
  ]
}

/** Sends all answers that wait, as the page is being closed. */
export function flush(): void {
  for (const p of [...answers.values()]) {
    if (p.state !== 'waiting') continue
    clearTimeout(timers.get(p.stageId))
    put({ ...p, state: 'sent' })
    // Nobody is there any more to be told of a failure.
    fetch(...requestOf(p)).catch(() => undefined)
  }
}

if (typeof window !== 'undefined') window.addEventListener('pagehide', flush)

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** usePending is the answer that a stage has been given, until the stage ends. */
export function usePending(stageId: string): Pending | undefined {
  return useSyncExternalStore(subscribe, () => answers.get(stageId))
}

/** Whether a stage has been given an answer; for tests. */
export const isAnswered = (stageId: string): boolean => answers.has(stageId)

/** Forgets the answer of a stage; for tests. */
export const settle = drop
