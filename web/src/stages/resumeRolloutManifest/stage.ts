import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'resumeRolloutManifest',
  label: { en: 'Resume rollout', zh: '恢复发布' },
  kind: 'deploy',
  order: 7,
}
