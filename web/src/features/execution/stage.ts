import { messageOf, messagesOf } from '@/lib/exception'
import type { Stage } from '@/api/queries'
import { isObject, objectOf, type Json } from '@/lib/json'
import { toneOf } from '@/lib/status'
import { objectIn } from './details/advice'

export function contextOf(stage: Stage | undefined): Json {
  return objectOf(stage?.context)
}

/** What a stage's type tells of a failure that has no words of its own. */
export type Reason = 'stopped' | 'checkFalse' | 'webhook'
export type Failure = {
  stage: Stage
  task?: string
  /** The exception's words; '' if there are none, and the reason has to do. */
  message: string
  /** The same in parts: one for each object that failed, if each says so. */
  parts: string[]
  reason?: Reason
  /** The expression that failed, and what it came to; its text is '' if the run holds only the result. */
  expression?: { text: string; result: string }
  /** Where the pipeline has that expression. */
  check?: { refId: string; index: number }
  /** Who did it. */
  by?: string
}

/** What went wrong in stages, each thing once: what the exception says, else what the stage's own type keeps. */
export function failuresOf(stages: readonly Stage[]): Failure[] {
  const out: Failure[] = []
  const said = new Set<string>()
  for (const stage of stages) {
    if (toneOf(stage.status) !== 'bad' && stage.status !== 'FAILED_CONTINUE') continue
    const context = contextOf(stage)
    const task = stage.tasks?.find((k) => toneOf(k.status) === 'bad' || k.status === 'FAILED_CONTINUE')
    const message =
      [
        messageOf(context['exception']),
        textOf(context['failureMessage']),
        lastCloudFailure(context),
        webhookError(context),
      ].find((m) => m !== undefined) ?? ''
    const told = reasonOf(stage, stages)
    const key = message || JSON.stringify([stage.id, told.reason])
    if ((message === '' && told.reason === undefined) || said.has(key)) continue
    said.add(key)
    out.push({ stage, task: task?.name, message, parts: partsOf(context, message), ...told })
  }
  return out
}

/** What failed, object by object. Sentences that aren't each about an object belong together. */
function partsOf(context: Json, message: string): string[] {
  const texts = messagesOf(context['exception'])
  if (texts.length > 1 && texts.filter((text) => objectIn(text)).length > 1) return texts
  return message === '' ? [] : [message]
}

function reasonOf(
  stage: Stage,
  all: readonly Stage[],
): Pick<Failure, 'reason' | 'expression' | 'check' | 'by'> {
  const context = contextOf(stage)
  if (stage.type === 'manualJudgment' && /^stop$/i.test(textOf(context['judgmentStatus']) ?? '')) {
    const by = stage.lastModified?.user
    return { reason: 'stopped', ...(by ? { by } : {}) }
  }
  const inner = objectOf(context['context'])
  const value = inner['expression']
  if (stage.type !== 'checkPreconditions' || value === undefined) return {}
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const evaluated = isEvaluated(text)
  const parent = all.find((s) => s.id === stage.parentStageId)
  const index = all.filter((s) => s.parentStageId === stage.parentStageId).indexOf(stage)
  return {
    reason: 'checkFalse',
    expression: {
      text: evaluated ? '' : text,
      result: textOf(inner['expressionResult']) ?? (evaluated ? text : ''),
    },
    ...(parent?.refId ? { check: { refId: parent.refId, index } } : {}),
  }
}

/** conditionOf is the expression of a precondition as text; '' for none. In a run it may be a value alone. */
export function conditionOf(precondition: Json | undefined): string {
  const value = objectOf(precondition?.['context'])['expression']
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * Whether a condition in a run is a value alone. A stage's expressions are evaluated as
 * it starts, and then only the value is left.
 */
export function isEvaluated(condition: string): boolean {
  return /^(true|false|null)$/i.test(condition.trim())
}

function webhookError(context: Json): string | undefined {
  const webhook = objectOf(context['webhook'])
  return textOf(objectOf(webhook['monitor'])['error']) ?? textOf(webhook['error'])
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
