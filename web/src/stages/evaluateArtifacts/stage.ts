import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'evaluateArtifacts',
  kind: 'check',
  order: 4,
}
