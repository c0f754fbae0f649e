import { messageOf } from '@/lib/exception'
import type { Stage } from '@/api/queries'
import { isObject, objectOf, type Json } from '@/lib/json'
import { toneOf } from '@/lib/status'

export function contextOf(stage: Stage | undefined): Json {
  return objectOf(stage?.context)
}

export type Failure = { stage: Stage; task?: string; message: string }

/** What went wrong in stages, each thing once: what the exception says, else what the stage's own type keeps. */
export function failuresOf(stages: readonly Stage[]): Failure[] {
  const out: Failure[] = []
  const said = new Set<string>()
  for (const stage of stages) {
    if (toneOf(stage.status) !== 'bad' && stage.status !== 'FAILED_CONTINUE') continue
    const context = contextOf(stage)
    const task = stage.tasks?.find((k) => toneOf(k.status) === 'bad' || k.status === 'FAILED_CONTINUE')
    for (const message of [
      messageOf(context['exception']),
      textOf(context['failureMessage']),
      lastCloudFailure(context),
    ]) {
      if (!message || said.has(message)) continue
      said.add(message)
      out.push({ stage, task: task?.name, message })
      break
    }
  }
  return out
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function lastCloudFailure(context: Json): string | undefined {
  const tasks = context['kato.tasks']
  if (!Array.isArray(tasks)) return undefined
  const last: unknown = tasks.at(-1)
  return isObject(last) ? textOf(objectOf(last['exception'])['message']) : undefined
}

/** The change that skips what a stage waits for; undefined where there is nothing to skip. */
export function skipOf(stage: Stage): Json | undefined {
  if (stage.status !== 'RUNNING') return undefined
  switch (stage.type) {
    case 'wait':
      return { skipRemainingWait: true }
    case 'restrictExecutionDuringTimeWindow':
      return { skipRemainingWait: true }
    case 'waitForCondition':
      return { status: 'SKIPPED' }
    default:
      return contextOf(stage)['canManuallySkip'] === true ? { manualSkip: true } : undefined
  }
}
