import { expect, test } from 'vitest'
import { isLocked, restoredOf } from './restore'

test('a restored pipeline has the contents of then, and stays the pipeline that it is', () => {
  const current = {
    id: 'p1',
    index: 3,
    name: 'Ship now',
    updateTs: '200',
    lastModifiedBy: 'ann',
    stages: [],
    limitConcurrent: true,
  }
  const revision = {
    id: 'p1',
    index: 0,
    name: 'Ship',
    application: 'old',
    updateTs: '100',
    lastModifiedBy: 'bob',
    stages: [{ refId: '1' }],
  }
  expect(restoredOf('shop', current, revision)).toEqual({
    id: 'p1',
    index: 3,
    name: 'Ship',
    application: 'shop',
    updateTs: '200',
    lastModifiedBy: 'ann',
    stages: [{ refId: '1' }],
  })
})

test.each([
  [{}, false],
  [{ locked: { ui: false } }, false],
  [{ locked: { ui: true } }, true],
])('%o is locked: %s', (pipeline, want) => {
  expect(isLocked(pipeline)).toBe(want)
})
