import { setField, textOf, type Json, type StageConfig } from './model'

// What every stage can be told, as its fields have it.

export const optionFields = [
  'failPipeline',
  'continuePipeline',
  'completeOtherBranchesThenFail',
  'failOnFailedExpressions',
  'stageTimeoutMs',
  'overrideTimeout',
  'stageEnabled',
  'restrictExecutionDuringTimeWindow',
  'restrictedExecutionWindow',
  'skipWindowText',
]

export const failures = ['halt', 'haltBranch', 'haltBranchThenFail', 'ignore'] as const
export type OnFailure = (typeof failures)[number]

const isTrue = (value: unknown) => textOf(value).toLowerCase() === 'true'

/** What a failure of the stage means: Deck's four choices are three fields. */
export function failureOf(stage: StageConfig): OnFailure {
  if (isTrue(stage['continuePipeline'])) return 'ignore'
  if (isTrue(stage['completeOtherBranchesThenFail'])) return 'haltBranchThenFail'
  return textOf(stage['failPipeline']).toLowerCase() === 'false' ? 'haltBranch' : 'halt'
}

export function withFailure(stage: StageConfig, failure: OnFailure): StageConfig {
  return {
    ...stage,
    failPipeline: failure === 'halt',
    continuePipeline: failure === 'ignore',
    completeOtherBranchesThenFail: failure === 'haltBranchThenFail',
  }
}

export function withWindow(stage: StageConfig, window: Json): StageConfig {
  return { ...setField(stage, 'restrictedExecutionWindow', window), restrictExecutionDuringTimeWindow: true }
}

/** A time limit in minutes; what is no number, such as an expression, stays as it is. */
export function minutesOf(ms: unknown): unknown {
  return typeof ms === 'number' ? ms / 60_000 : ms
}

export function msOf(minutes: number | string | undefined): unknown {
  return typeof minutes === 'number' ? Math.round(minutes * 60_000) : minutes
}
