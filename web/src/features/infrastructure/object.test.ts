import { expect, test } from 'vitest'
import { containersOf, hasLog } from './object'

test('containers are found in pods and in what makes them', () => {
  expect(
    containersOf({ spec: { containers: [{ name: 'a' }], initContainers: [{ name: 'b' }] } }).map(
      (c) => c.name,
    ),
  ).toEqual(['a', 'b'])
  expect(
    containersOf({ spec: { template: { spec: { containers: [{ name: 'c' }] } } } }).map((c) => c.name),
  ).toEqual(['c'])
  expect(containersOf({})).toEqual([])
})

test('a container that never started has no log', () => {
  const has = (status: object) => hasLog({ status }, 'a')
  const of = (state: object, lastState?: object) => ({
    phase: 'Pending',
    containerStatuses: [{ name: 'a', state, ...(lastState ? { lastState } : {}) }],
  })
  expect(has({ phase: 'Pending' })).toBe(false)
  expect(has(of({ waiting: { reason: 'ImagePullBackOff' } }))).toBe(false)
  expect(has(of({ waiting: { reason: 'CrashLoopBackOff' } }, { terminated: { exitCode: 1 } }))).toBe(true)
  expect(has(of({ running: {} }))).toBe(true)
  expect(has(of({ terminated: { exitCode: 0 } }))).toBe(true)
  expect(has({ phase: 'Running' })).toBe(true)
  expect(
    hasLog(
      { status: { phase: 'Pending', initContainerStatuses: [{ name: 'a', state: { running: {} } }] } },
      'a',
    ),
  ).toBe(true)
  expect(hasLog({}, 'a')).toBe(false)
})
