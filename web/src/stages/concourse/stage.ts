import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'concourse',
  kind: 'connect',
  order: 9,
}
