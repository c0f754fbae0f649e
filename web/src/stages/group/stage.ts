import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'group',
  label: { en: 'Group', zh: '分组' },
  kind: 'flow',
  order: 3,
}
