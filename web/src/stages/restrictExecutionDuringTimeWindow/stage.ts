import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'restrictExecutionDuringTimeWindow',
  kind: 'flow',
  order: 7,
}
