import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'findArtifactFromExecution',
  label: { en: 'Find artifacts from an execution', zh: '从执行查找制品' },
  kind: 'check',
  order: 3,
}
