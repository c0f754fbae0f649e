import { expect, test } from 'vitest'
import { farOf } from './far'

test.each([
  [1.6, 'near'],
  [0.55, 'near'],
  [0.5, 'far'],
  [0.28, 'far'],
  [0.1, 'farthest'],
])('at a zoom of %d a graph is %s', (zoom, want) => {
  expect(farOf(zoom)).toBe(want)
})
