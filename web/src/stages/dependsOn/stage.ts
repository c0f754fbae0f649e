import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'dependsOn',
  kind: 'flow',
  order: 8,
}
