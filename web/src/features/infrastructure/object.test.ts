import { expect, test } from 'vitest'
import { containersOf } from './object'

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
