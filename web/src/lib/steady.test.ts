import { expect, test } from 'vitest'
import { steady } from './steady'

const key = (x: { id: string }) => x.id
const list = (...ids: string[]) => ids.map((id) => ({ id }))

test('what is not held is as it is', () => {
  expect(steady(list('a', 'b'), list('c', 'b'), key, false)).toEqual(list('c', 'b'))
})

test('what is held keeps its places, and has what is new at its end', () => {
  expect(steady(list('a', 'b', 'c'), list('n', 'c', 'a'), key, true)).toEqual(list('a', 'b', 'c', 'n'))
})

test('members are the latest ones', () => {
  expect(steady([{ id: 'a', n: 1 }], [{ id: 'a', n: 2 }], key, true)).toEqual([{ id: 'a', n: 2 }])
})
