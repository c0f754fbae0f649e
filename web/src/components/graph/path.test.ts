import { expect, test } from 'vitest'
import { pathOf } from './path'

test('a line between cards of one height is straight', () => {
  expect(pathOf({ x: 0, y: 5 }, [], { x: 80, y: 5 })).toBe('M0,5 L80,5')
})

test('a line goes level through the points that lead it', () => {
  const points = [
    { x: 80, y: 50 },
    { x: 280, y: 50 },
  ]
  expect(pathOf({ x: 0, y: 0 }, points, { x: 360, y: 0 })).toBe(
    'M0,0 C40,0 40,50 80,50 L280,50 C320,50 320,0 360,0',
  )
})
