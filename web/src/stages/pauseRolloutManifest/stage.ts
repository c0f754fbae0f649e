import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'pauseRolloutManifest',
  label: { en: 'Pause rollout', zh: '暂停发布' },
  kind: 'deploy',
  order: 6,
}
