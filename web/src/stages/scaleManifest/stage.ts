import { IconArrowsMaximize } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'scaleManifest',
  label: { en: 'Scale', zh: '伸缩' },
  kind: 'deploy',
  order: 1,
  icon: IconArrowsMaximize,
  start: () => ({ mode: 'static', replicas: 1 }),
  facts: [{ label: { en: 'Replicas', zh: '副本数' }, value: (c) => c['replicas'] }],
}
