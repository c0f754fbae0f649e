import { expect, test } from 'vitest'
import { translator } from '@/i18n'
import en from '@/i18n/en'
import { problemPlace } from './problemPlace'
import { newTrigger, retyped } from './triggerTypes'

test('a new trigger has the values that its form starts with', () => {
  expect(newTrigger('cron')).toEqual({
    type: 'cron',
    enabled: true,
    cronExpression: '0 0 10 ? * MON-FRI',
  })
  expect(newTrigger('webhook')).toEqual({ type: 'webhook', enabled: true })
})

test('a trigger of another type keeps only what every trigger has', () => {
  const schedule = { id: 'a', type: 'cron', enabled: false, runAsUser: 'ci', cronExpression: '0 0 10 * * ?' }
  expect(retyped(schedule, 'webhook')).toEqual({ id: 'a', type: 'webhook', enabled: false, runAsUser: 'ci' })
  expect(retyped(schedule, 'cron')).toBe(schedule)
  expect(retyped(schedule, undefined)).toBe(schedule)
})

test.each([
  ['triggers[1].cronExpression', 'Trigger 2'],
  ['parameterConfig[0]', 'Parameter 1'],
  ['keepWaitingPipelines', 'keepWaitingPipelines'],
  ['stages[3].name', 'stages[3].name'],
])('%s is in %s', (path, words) => {
  expect(problemPlace(translator(en), path)).toBe(words)
})
