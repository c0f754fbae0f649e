import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'waitForCondition',
  label: { en: 'Wait for condition', zh: '等待条件' },
  kind: 'flow',
  order: 4,
}
