import { expect, test } from 'vitest'
import { healthRank, healthStates, healthTone, sumHealth } from './health'

test('every state has a tone and a rank', () => {
  expect(healthStates.map((state) => healthTone({ state }))).toEqual([
    'bad',
    'wait',
    'busy',
    'idle',
    'idle',
    'good',
  ])
  expect(healthTone(undefined)).toBe('idle')
  expect(healthRank({ state: 'failed' })).toBeLessThan(healthRank({ state: 'healthy' }))
  expect(healthRank(undefined)).toBe(healthRank({ state: 'unknown' }))
})

test('instances are added up by their states', () => {
  const counts = { total: 3, healthy: 1, progressing: 0, degraded: 0, failed: 2, suspended: 0, unknown: 0 }
  expect(sumHealth([{ healthCounts: counts }, {}, { healthCounts: counts }])).toEqual({
    ...counts,
    total: 6,
    healthy: 2,
    failed: 4,
  })
})
