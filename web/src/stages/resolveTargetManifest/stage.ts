import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'resolveTargetManifest',
  label: { en: 'Find the object', zh: '查找对象' },
}
