import { afterEach, expect, test, vi } from 'vitest'
import { difference, forget, heard, heardFrom, serverNow } from './clock'

afterEach(() => {
  forget()
  vi.useRealTimers()
})

test('a clock that may be right is left alone', () => {
  heard(10_000, 10_400, 10_500)
  expect(difference()).toBe(0)
  heard(11_000, 11_900, 11_990)
  expect(difference()).toBe(0)
})

test.each([
  ['behind by a minute', 60_000],
  ['ahead by an hour', -3_600_000],
  ['behind by three seconds', 3_000],
])('a clock that is %s is corrected to a second, and better with more answers', (_, ahead) => {
  const answer = (server: number) => {
    heard(Math.floor(server / 1000) * 1000, server - ahead - 40, server - ahead + 40)
  }
  answer(1_000_500)
  expect(Math.abs(difference() - ahead)).toBeLessThanOrEqual(1000)
  for (const at of [1_001_010, 1_002_250, 1_003_990]) answer(at)
  expect(Math.abs(difference() - ahead)).toBeLessThanOrEqual(100)
})

test('a clock that is set begins anew', () => {
  heard(100_000, 40_000, 40_050)
  expect(difference()).toBeGreaterThan(59_000)
  heard(110_000, 110_100, 110_200)
  expect(difference()).toBe(0)
})

test('an answer says the time unless a cache gave it', () => {
  vi.useFakeTimers({ now: 1_000_000 })
  const date = new Date(1_060_000).toUTCString()
  heardFrom(new Response('', { headers: { Date: date, Age: '5' } }), 999_900)
  heardFrom(new Response(''), 999_900)
  expect(difference()).toBe(0)
  heardFrom(new Response('', { headers: { Date: date } }), 999_900)
  expect(serverNow()).toBeGreaterThanOrEqual(1_060_000)
  expect(serverNow()).toBeLessThan(1_061_100)
})
