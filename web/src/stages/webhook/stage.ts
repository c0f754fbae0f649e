import { IconWebhook } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'webhook',
  label: { en: 'Webhook', zh: 'Webhook' },
  kind: 'connect',
  order: 0,
  icon: IconWebhook,
  start: () => ({ method: 'POST' }),
}
