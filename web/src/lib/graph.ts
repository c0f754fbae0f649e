// What the stages of a pipeline have to do with each other. Where they are drawn is
// worked out in components/graph.

export type StageLike = {
  id?: string
  refId?: string
  parentStageId?: string
  requisiteStageRefIds?: string[]
}

/** The stages that a pipeline's author wrote, without those that the engine adds. */
export function topLevel<S extends { parentStageId?: string }>(stages: readonly S[]): S[] {
  return stages.filter((s) => !s.parentStageId)
}
