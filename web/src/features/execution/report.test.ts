import { expect, test } from 'vitest'
import type { Execution, Stage } from '@/api/queries'
import { markdown, reportStages, troubled, type Words } from './report'

const e: Execution = {
  id: 'X',
  type: 'PIPELINE',
  application: 'shop',
  name: 'Ship | it',
  status: 'TERMINAL',
  trigger: { parameters: { image: 'a|b' } },
  stages: [
    {
      id: '2',
      refId: '2',
      type: 'wait',
      name: 'Later',
      status: 'NOT_STARTED',
      requisiteStageRefIds: ['1'],
      digest: '',
    },
    {
      id: '1',
      refId: '1',
      type: 'webhook',
      name: '',
      status: 'TERMINAL',
      startTime: 1000,
      endTime: 3000,
      requisiteStageRefIds: [],
      digest: '',
    },
  ],
}
const broken: Stage = {
  id: '1',
  type: 'webhook',
  status: 'TERMINAL',
  context: { exception: { details: { errors: ['no ```luck``` at https://x/?token=abc'] } } },
}
const words: Words = {
  status: (s) => s,
  time: String,
  of: {
    application: 'Application',
    status: 'Status',
    started: 'Started',
    took: 'Took',
    by: 'By',
    trigger: 'Trigger',
    id: 'Id',
    parameters: 'Parameters',
    stages: 'Stages',
    stage: 'Stage',
    errors: 'Errors',
    type: 'Type',
  },
}

test('a report tells stages in order, and what went wrong', () => {
  expect(troubled(e)).toEqual(['1'])
  const stages = reportStages(e, new Map([['1', [broken]]]))
  expect(stages.map((s) => [s.name, s.took, s.failures])).toEqual([
    ['webhook', '2.0s', ['no ```luck``` at https://x/?token=x']],
    ['Later', undefined, []],
  ])
  expect(markdown(e, stages, [['Status', 'TERMINAL']], words, 'https://g/x')).toBe(
    [
      '# Ship \\| it: TERMINAL',
      '',
      '- **Status**: TERMINAL',
      '- <https://g/x>',
      '',
      '## Parameters',
      '',
      '| | |',
      '|---|---|',
      '| image | a\\|b |',
      '',
      '## Stages',
      '',
      '| Stage | Type | Status | Started | Took |',
      '|---|---|---|---|---|',
      '| webhook | webhook | TERMINAL | 1000 | 2.0s |',
      '| Later | wait | NOT_STARTED |  |  |',
      '',
      '## Errors',
      '',
      '### webhook',
      '',
      '````',
      'no ```luck``` at https://x/?token=x',
      '````',
      '',
    ].join('\n'),
  )
})
