import { expect, test } from 'vitest'
import { ago, bytes, elapsed, kindAndName, sentence, span } from './format'

test.each([
  [0, '0ms'],
  [-5, '0s'],
  [999, '999ms'],
  [1960, '1.9s'],
  [59_999, '59s'],
  [65_000, '1m 5s'],
  [3_600_000, '1h 0m'],
  [90_000_000, '1d 1h'],
])('%d ms is %s', (ms, want) => {
  expect(span(ms)).toBe(want)
})

test.each([
  [-3000, 'now'],
  [-42_000, '42 sec. ago'],
  [-3_700_000, '1 hr. ago'],
  [-90_000_000, 'yesterday'],
  [120_000, 'in 2 min.'],
])('%d ms from now', (ms, want) => {
  expect(ago(1_000_000_000 + ms, 1_000_000_000, 'en')).toBe(want)
})

test('what runs has taken time until now', () => {
  expect(elapsed({}, 10)).toBeUndefined()
  expect(elapsed({ startTime: 4 }, 10)).toBe(6)
  expect(elapsed({ startTime: 4, endTime: 5 }, 10)).toBe(1)
})

test('kinds are told from names', () => {
  expect(kindAndName('deployment web')).toEqual({ kind: 'deployment', name: 'web' })
  expect(kindAndName('web')).toEqual({ kind: '', name: 'web' })
})

test.each([
  [12, '12 B'],
  [1500, '1.5 kB'],
  [52_000_000, '52 MB'],
  [2_100_000_000, '2.1 GB'],
])('%d bytes', (n, want) => {
  expect(bytes(n)).toBe(want)
})

test.each([
  ['the body is larger than the limit', 'The body is larger than the limit'],
  ["can't be reached", "Can't be reached"],
  ['stages[0] (s): type is missing', 'stages[0] (s): type is missing'],
  ['limit: "abc" is not a whole number', 'limit: "abc" is not a whole number'],
  ['Already one', 'Already one'],
  ['', ''],
])('a message is a sentence: %s', (text, want) => {
  expect(sentence(text)).toBe(want)
})
