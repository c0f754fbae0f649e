import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'resolveTargetManifest',
  label: { en: 'Find object', zh: '查找对象' },
}
