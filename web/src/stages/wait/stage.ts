import { IconClockHour4 } from '@tabler/icons-react'
import { span } from '@/lib/format'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'wait',
  label: { en: 'Wait', zh: '等待' },
  kind: 'flow',
  order: 0,
  icon: IconClockHour4,
  start: () => ({ waitTime: 30 }),
  facts: [
    {
      label: { en: 'Set to wait', zh: '设定等待' },
      value: (c) => (typeof c['waitTime'] === 'number' ? span(c['waitTime'] * 1000) : c['waitTime']),
    },
  ],
}
