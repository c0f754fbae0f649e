import { IconCircleCheck } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'checkPreconditions',
  label: { en: 'Check preconditions', zh: '检查前置条件' },
  kind: 'check',
  order: 0,
  icon: IconCircleCheck,
  start: () => ({
    preconditions: [{ type: 'expression', failPipeline: true, context: { expression: '' } }],
  }),
}
