import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'rollbackManifests',
  kind: 'deploy',
  order: 12,
}
