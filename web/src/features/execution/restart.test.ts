import { expect, test } from 'vitest'
import { changeable, patchOf } from './restart'

test('what the platform has made is not changed by hand', () => {
  expect(
    changeable({
      account: 'a',
      manifests: [],
      'kato.tasks': [],
      'outputs.manifests': [],
      exception: {},
      waitTime: 3,
    }),
  ).toEqual({ account: 'a', manifests: [], waitTime: 3 })
})

test('only what was changed is sent', () => {
  expect(patchOf({ a: 1, b: { c: [1] }, gone: 'x' }, { a: 1, b: { c: [2] }, fresh: true })).toEqual({
    b: { c: [2] },
    gone: null,
    fresh: true,
  })
  expect(patchOf({ a: [] }, { a: [] })).toEqual({})
})
