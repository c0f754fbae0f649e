import { IconBriefcase } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'runJob',
  label: { en: 'Run job', zh: '运行任务' },
  kind: 'connect',
  order: 10,
  icon: IconBriefcase,
}
