import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'helmHistory',
  kind: 'helm',
  order: 3,
}
