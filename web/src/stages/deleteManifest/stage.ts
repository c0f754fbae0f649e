import { IconTrash } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'deleteManifest',
  label: { en: 'Delete', zh: '删除' },
  kind: 'deploy',
  order: 2,
  icon: IconTrash,
  start: () => ({ mode: 'static', options: { cascading: true } }),
}
