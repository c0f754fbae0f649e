import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'runMultiplePipelines',
  kind: 'flow',
  order: 6,
}
