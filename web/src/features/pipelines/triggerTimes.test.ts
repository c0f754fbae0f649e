import { expect, test } from 'vitest'
import { summaryOf } from './triggerTimes'

const state = { pipelineId: 'p', index: 0, triggerId: '', type: 'cron' }
const last = (at: number) => ({ eventId: 'e', executionId: `x${at}`, at })

test('the soonest next time and the latest start count', () => {
  expect(summaryOf([])).toEqual({})
  expect(
    summaryOf([
      { ...state, next: '2026-05-05T03:00:00Z', last: last(1) },
      { ...state, next: '2026-05-04T03:00:00+02:00', last: last(3) },
      { ...state, last: last(2) },
    ]),
  ).toEqual({ next: Date.parse('2026-05-04T01:00:00Z'), last: last(3) })
})
