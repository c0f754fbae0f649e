import { IconCode } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'script',
  label: { en: 'Script', zh: '脚本' },
  kind: 'connect',
  order: 1,
  icon: IconCode,
}
