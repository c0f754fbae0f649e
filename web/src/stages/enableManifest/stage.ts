import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'enableManifest',
  label: { en: 'Enable', zh: '启用' },
  kind: 'deploy',
  order: 8,
}
