import { IconRoute } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'pipeline',
  label: { en: 'Pipeline', zh: '流水线' },
  kind: 'flow',
  order: 2,
  icon: IconRoute,
  start: (app) => ({ application: app, waitForCompletion: true, failPipeline: true }),
  facts: [
    { label: { en: 'Application', zh: '应用' }, value: (c) => c['application'] },
    { label: { en: 'Pipeline', zh: '流水线' }, value: (c) => c['executionName'] ?? c['pipeline'] },
  ],
}
