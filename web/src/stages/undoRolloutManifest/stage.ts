import { IconRotate2 } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'undoRolloutManifest',
  label: { en: 'Undo rollout', zh: '回滚' },
  kind: 'deploy',
  order: 4,
  icon: IconRotate2,
  start: () => ({ numRevisionsBack: 1 }),
  facts: [{ label: { en: 'Revisions to roll back', zh: '回退版本数' }, value: (c) => c['numRevisionsBack'] }],
}
