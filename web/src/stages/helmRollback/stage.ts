import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'helmRollback',
  kind: 'helm',
  order: 1,
}
