import { expect, test } from 'vitest'
import { wakes, type Nap } from './snooze'

const at = (day: number, hour: number) => new Date(2026, 10, day, hour).getTime()

// 30 November 2026 is a Monday.
test.each<[Nap, number, number]>([
  ['hour', at(30, 15), at(30, 16)],
  ['tomorrow', at(30, 15), at(31, 9)],
  ['tomorrow', at(30, 1), at(31, 9)],
  ['week', at(30, 15), at(37, 9)],
  ['week', at(29, 15), at(30, 9)],
  ['week', at(28, 15), at(30, 9)],
])('%s from %d', (nap, now, want) => {
  expect(wakes(nap, now)).toBe(want)
})
