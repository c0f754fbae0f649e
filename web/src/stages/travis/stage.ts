import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'travis',
  kind: 'connect',
  order: 8,
}
