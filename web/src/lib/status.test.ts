import { expect, test } from 'vitest'
import { shownStageStatus, shownStatus, toneOf, waitedFor } from './status'

const crash = { account: 'prod', name: 'deployment web', reason: 'CrashLoopBackOff', message: 'it crashes' }
const running = { status: 'RUNNING', waitingFor: crash }

test('a stage that waits is not just busy', () => {
  const judgment = { status: 'RUNNING', type: 'manualJudgment' }
  expect(shownStageStatus(running)).toBe('WAITING')
  expect(shownStageStatus(judgment)).toBe('JUDGMENT')
  expect(shownStageStatus({ status: 'RUNNING' })).toBe('RUNNING')
  expect(shownStageStatus({ ...running, status: 'TERMINAL' })).toBe('TERMINAL')
  expect(['WAITING', 'JUDGMENT'].map(toneOf)).toEqual(['wait', 'wait'])
})

test('neither is its run, and a person is waited for first', () => {
  const judgment = { status: 'RUNNING', type: 'manualJudgment' }
  expect(shownStatus({ status: 'RUNNING', stages: [running] })).toBe('WAITING')
  expect(shownStatus({ status: 'RUNNING', stages: [running, judgment] })).toBe('JUDGMENT')
  expect(shownStatus({ status: 'CANCELED', stages: [running] })).toBe('CANCELED')
})

test('added stages count, and ended ones wait for nothing', () => {
  const child = { ...running, parentStageId: '1' }
  expect(waitedFor([{ status: 'RUNNING' }, child, { ...running, status: 'CANCELED' }])).toEqual([crash])
})
