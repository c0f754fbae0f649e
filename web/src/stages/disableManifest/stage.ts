import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'disableManifest',
  label: { en: 'Disable', zh: '停用' },
  kind: 'deploy',
  order: 9,
}
