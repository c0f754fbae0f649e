import { expect, test } from 'vitest'
import { containersOf, statusOf } from './object'

test.each([
  [{}, 'stable', 'good'],
  [{ stable: { state: false, message: 'waits' } }, 'changing', 'busy'],
  [{ stable: { state: false }, paused: { state: true } }, 'paused', 'wait'],
  [{ paused: { state: true }, failed: { state: true, message: 'no image' } }, 'failed', 'bad'],
])('%o is %s', (status, key, tone) => {
  expect(statusOf(status)).toMatchObject({ key, tone })
})

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
