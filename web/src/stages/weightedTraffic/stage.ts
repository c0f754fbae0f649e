import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'weightedTraffic',
  kind: 'deploy',
  order: 13,
}
