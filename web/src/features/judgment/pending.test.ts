import { afterEach, beforeEach, expect, test, vi } from 'vitest'

vi.mock('@/lib/base', () => ({ apiBase: '' }))
import { decide, flush, grace, isAnswered, requestOf, settle, undo, type Answer } from './pending'

const answer = (stageId: string): Answer => ({
  executionId: 'e',
  stageId,
  decision: 'stop',
  input: undefined,
})

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  for (const id of ['a', 'b']) settle(id)
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('an answer is sent once its time is up', async () => {
  const send = vi.fn(() => Promise.resolve())
  decide(answer('a'), send, vi.fn())
  await vi.advanceTimersByTimeAsync(grace - 1)
  expect(send).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(send).toHaveBeenCalledExactlyOnceWith(answer('a'))
  expect(isAnswered('a')).toBe(true)
})

test('an answer that is undone is never sent, and one that was sent stays', async () => {
  const send = vi.fn(() => Promise.resolve())
  decide(answer('a'), send, vi.fn())
  undo('a')
  expect(isAnswered('a')).toBe(false)
  await vi.advanceTimersByTimeAsync(2 * grace)
  expect(send).not.toHaveBeenCalled()
  decide(answer('b'), send, vi.fn())
  await vi.advanceTimersByTimeAsync(grace)
  undo('b')
  expect(isAnswered('b')).toBe(true)
})

test('the last answer counts', async () => {
  const send = vi.fn(() => Promise.resolve())
  decide(answer('a'), send, vi.fn())
  decide({ ...answer('a'), decision: 'continue' }, send, vi.fn())
  await vi.advanceTimersByTimeAsync(grace)
  expect(send).toHaveBeenCalledExactlyOnceWith({ ...answer('a'), decision: 'continue' })
})

test('an answer that is refused can be given again', async () => {
  const refused = vi.fn()
  decide(answer('a'), () => Promise.reject(new Error('no')), refused)
  await vi.advanceTimersByTimeAsync(grace)
  expect(refused).toHaveBeenCalledOnce()
  expect(isAnswered('a')).toBe(false)
})

test('a page that is closed sends what waits, once', async () => {
  const fetched = vi.fn(() => Promise.resolve(new Response()))
  vi.stubGlobal('fetch', fetched)
  const send = vi.fn(() => Promise.resolve())
  decide(answer('a'), send, vi.fn())
  flush()
  flush()
  await vi.advanceTimersByTimeAsync(2 * grace)
  expect(fetched).toHaveBeenCalledOnce()
  expect(send).not.toHaveBeenCalled()
  const [url, init] = requestOf({ ...answer('a'), input: 'Europe' })
  expect(url).toContain('/pipelines/e/stages/a')
  expect(init).toMatchObject({ method: 'PATCH', keepalive: true })
  expect(JSON.parse(init.body as string)).toEqual({ judgmentStatus: 'stop', judgmentInput: 'Europe' })
})
