import { IconUserQuestion } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'manualJudgment',
  label: { en: 'Manual judgment', zh: '人工确认' },
  kind: 'flow',
  order: 1,
  icon: IconUserQuestion,
  start: () => ({ instructions: '', judgmentInputs: [], failPipeline: true }),
}
