import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'findArtifactFromExecution',
  label: { en: 'Find artifacts from run', zh: '从运行记录查找制品' },
  kind: 'check',
  order: 3,
}
