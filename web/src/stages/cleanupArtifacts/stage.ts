import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'cleanupArtifacts',
  label: { en: 'Clean up artifacts', zh: '清理制品' },
}
