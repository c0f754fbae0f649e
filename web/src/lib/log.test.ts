import { expect, test } from 'vitest'
import { plainLog, search } from './log'

test('colours are left out', () => {
  expect(plainLog('\u001b[1;31mERROR\u001b[0m at\u001b[K last')).toBe('ERROR at last')
})

test.each([
  ['an Error, an error', 'error', ['an ', 'Error', ', an ', 'error'], 2],
  ['aaa', 'aa', ['aa', 'a'], 1],
  ['text', '', ['text'], 0],
  ['text', 'x.', ['text'], 0],
])('in %s for %s', (text, wanted, pieces, found) => {
  const got = search(text, wanted)
  expect(got.pieces.map((p) => p.text)).toEqual(pieces)
  expect(got.found).toBe(found)
  expect(got.pieces.map((p) => p.text).join('')).toBe(text)
})

test('very many are not marked', () => {
  const got = search('x'.repeat(5000), 'x', 100)
  expect(got.found).toBe(100)
  expect(got.pieces.at(-1)?.text).toHaveLength(4900)
})
