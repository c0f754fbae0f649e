import { expect, test } from 'vitest'
import { pruned, read, stateOf } from './marks'

const day = 86_400_000
const now = 1_800_000_000_000

test.each([
  [undefined, 'open'],
  [{ done: true as const, at: now }, 'done'],
  [{ until: now + 1, at: now }, 'snoozed'],
  [{ until: now, at: now - day }, 'open'],
])('an item with the mark %o is %s', (mark, state) => {
  expect(stateOf(mark, now)).toBe(state)
})

test.each([
  [null, {}],
  ['no JSON', {}],
  ['[]', {}],
  [
    '{"a":{"done":true,"at":1},"b":{"done":true},"c":7,"d":{"until":5,"at":2}}',
    { a: { done: true, at: 1 }, d: { until: 5, at: 2 } },
  ],
])('what is stored as %s', (text, marks) => {
  expect(read(text)).toEqual(marks)
})

test('old marks and too many are forgotten, the oldest first', () => {
  expect(pruned({ old: { done: true, at: now - 61 * day }, new: { done: true, at: now } }, now)).toEqual({
    new: { done: true, at: now },
  })
  const many = Object.fromEntries(
    Array.from({ length: 1200 }, (_, i) => [`m${i}`, { done: true as const, at: now - i }]),
  )
  const kept = Object.keys(pruned(many, now))
  expect(kept).toHaveLength(1000)
  expect(kept).toContain('m0')
  expect(kept).not.toContain('m1000')
})
