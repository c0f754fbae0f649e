import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'bindArtifacts',
  label: { en: 'Bind artifacts', zh: '绑定制品' },
  kind: 'check',
  order: 2,
}
