import { IconBriefcase } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'runJobManifest',
  label: { en: 'Run job', zh: '运行任务' },
  kind: 'deploy',
  order: 10,
  icon: IconBriefcase,
  start: (app) => ({ source: 'text', application: app, waitForCompletion: true }),
}
