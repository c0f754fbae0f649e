import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'findArtifactsFromResource',
  label: { en: 'Find artifacts from resource', zh: '从资源查找制品' },
  kind: 'deploy',
  order: 11,
}
