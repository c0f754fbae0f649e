import { expect, test } from 'vitest'
import type { StageOutline } from '@/api/queries'
import { statusOfFold } from './foldStatus'

const of = (...statuses: string[]) =>
  statusOfFold(
    statuses.map((status, i) => ({ id: String(i), type: 'wait', status }) as unknown as StageOutline),
  )

test('several stages are as the one that needs attention most', () => {
  expect(of('SUCCEEDED', 'TERMINAL', 'RUNNING')).toEqual({ status: 'TERMINAL', tone: 'bad' })
  expect(of('SUCCEEDED', 'RUNNING', 'NOT_STARTED')).toEqual({ status: 'RUNNING', tone: 'busy' })
  expect(of('SUCCEEDED', 'FAILED_CONTINUE')).toEqual({ status: 'FAILED_CONTINUE', tone: 'wait' })
  expect(of('SUCCEEDED', 'CANCELED')).toEqual({ status: 'CANCELED', tone: 'idle' })
})

test('several stages between two of their own are under way', () => {
  expect(of('SUCCEEDED', 'NOT_STARTED')).toEqual({ status: 'RUNNING', tone: 'busy' })
})

test('several stages that agree are as each of them', () => {
  expect(of('SUCCEEDED', 'SKIPPED')).toEqual({ status: 'SUCCEEDED', tone: 'good' })
  expect(of('SKIPPED', 'SKIPPED')).toEqual({ status: 'SKIPPED', tone: 'idle' })
  expect(of('NOT_STARTED', 'NOT_STARTED')).toEqual({ status: 'NOT_STARTED', tone: 'idle' })
  expect(of()).toEqual({ status: 'NOT_STARTED', tone: 'idle' })
})

test('a judgment among them waits for a person', () => {
  const stages = [{ id: '1', type: 'manualJudgment', status: 'RUNNING' }] as unknown as StageOutline[]
  expect(statusOfFold(stages)).toEqual({ status: 'RUNNING', tone: 'wait' })
})
