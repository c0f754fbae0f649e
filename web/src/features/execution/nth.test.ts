import { expect, test } from 'vitest'
import { nthStage } from './nth'

const stages = [
  { id: 'a' },
  { id: 'b', group: 'Test' },
  { id: 'c' },
  { id: 'd', group: 'Test' },
  { id: 'e', group: 'Alone' },
]

test.each([
  ['0', 'a'],
  ['1', 'b'],
  ['1.1', 'd'],
  ['1.7', 'b'],
  ['2', 'c'],
  ['3', 'e'],
  ['3.0', 'e'],
  ['4', undefined],
  ['x', undefined],
  [undefined, undefined],
])('the stage at %s', (place, want) => {
  expect(nthStage(stages, place)?.id).toBe(want)
})
