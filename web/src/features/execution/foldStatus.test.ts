import { expect, test } from 'vitest'
import type { StageOutline } from '@/api/queries'
import { statusOfFold } from './foldStatus'

const of = (...statuses: string[]) =>
  statusOfFold(
    statuses.map((status, i) => ({ id: String(i), type: 'wait', status }) as unknown as StageOutline),
  )

test('several stages are as the one that needs attention most', () => {
  expect(of('SUCCEEDED', 'TERMINAL', 'RUNNING')).toBe('TERMINAL')
  expect(of('SUCCEEDED', 'RUNNING', 'NOT_STARTED')).toBe('RUNNING')
  expect(of('SUCCEEDED', 'FAILED_CONTINUE')).toBe('FAILED_CONTINUE')
  expect(of('SUCCEEDED', 'CANCELED')).toBe('CANCELED')
})

test('several stages between two of their own are under way', () => {
  expect(of('SUCCEEDED', 'NOT_STARTED')).toBe('RUNNING')
})

test('several stages that agree are as each of them', () => {
  expect(of('SUCCEEDED', 'SKIPPED')).toBe('SUCCEEDED')
  expect(of('SKIPPED', 'SKIPPED')).toBe('SKIPPED')
  expect(of('NOT_STARTED', 'NOT_STARTED')).toBe('NOT_STARTED')
  expect(of()).toBe('NOT_STARTED')
})

test('a judgment among them waits for a person', () => {
  const stages = [{ id: '1', type: 'manualJudgment', status: 'RUNNING' }] as unknown as StageOutline[]
  expect(statusOfFold(stages)).toBe('JUDGMENT')
})

test('what waits for an object that does not come up is behind a failure, and before what runs', () => {
  const waitingFor = { account: 'prod', name: 'deployment web', reason: 'CrashLoopBackOff', message: '' }
  const stuck = { id: '1', type: 'deployManifest', status: 'RUNNING', waitingFor }
  const members = (...more: string[]) =>
    [...more.map((status, i) => ({ id: `m${i}`, status })), stuck] as unknown as StageOutline[]
  expect(statusOfFold(members('RUNNING'))).toBe('WAITING')
  expect(statusOfFold(members('TERMINAL'))).toBe('TERMINAL')
})
