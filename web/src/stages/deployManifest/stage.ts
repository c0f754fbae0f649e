import { IconRocket } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'deployManifest',
  label: { en: 'Deploy', zh: '部署' },
  kind: 'deploy',
  order: 0,
  icon: IconRocket,
  start: (app) => ({
    source: 'text',
    moniker: { app },
    skipExpressionEvaluation: false,
    manifests: [],
  }),
}
