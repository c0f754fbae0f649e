import { IconVariable } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'evaluateVariables',
  label: { en: 'Evaluate variables', zh: '计算变量' },
  kind: 'check',
  order: 1,
  icon: IconVariable,
  start: () => ({ variables: [{ key: '', value: '' }] }),
}
