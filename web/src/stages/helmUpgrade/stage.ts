import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'helmUpgrade',
  kind: 'helm',
  order: 0,
}
