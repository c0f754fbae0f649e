import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'pageApplicationOwner',
  kind: 'connect',
  order: 6,
}
