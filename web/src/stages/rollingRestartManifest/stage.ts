import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'rollingRestartManifest',
  label: { en: 'Rolling restart', zh: '滚动重启' },
  kind: 'deploy',
  order: 5,
}
