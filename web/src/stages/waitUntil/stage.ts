import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'waitUntil',
  kind: 'flow',
  order: 5,
}
