import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'pagerDuty',
  kind: 'connect',
  order: 3,
}
