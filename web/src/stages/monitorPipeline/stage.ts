import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'monitorPipeline',
  kind: 'check',
  order: 5,
}
