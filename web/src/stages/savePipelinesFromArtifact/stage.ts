import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'savePipelinesFromArtifact',
  label: { en: 'Save pipelines', zh: '保存流水线' },
  kind: 'connect',
  order: 7,
}
