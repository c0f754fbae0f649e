/** What people can be told of: a pipeline, a stage, or a manual judgment. */
export const whens = {
  pipeline: ['pipeline.starting', 'pipeline.complete', 'pipeline.failed'],
  stage: ['stage.starting', 'stage.complete', 'stage.failed'],
  manualJudgment: ['manualJudgment', 'manualJudgmentContinue', 'manualJudgmentStop'],
}

export type NotificationsOf = keyof typeof whens
