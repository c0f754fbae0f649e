import { expect, test } from 'vitest'
import { executionTone, stageTone, waitedFor } from './status'

const crash = { account: 'prod', name: 'deployment web', reason: 'CrashLoopBackOff', message: 'it crashes' }
const running = { status: 'RUNNING', waitingFor: crash }

test('a running stage that waits for what does not come up is not just busy', () => {
  expect(stageTone(running)).toBe('wait')
  expect(stageTone({ status: 'RUNNING' })).toBe('busy')
  expect(stageTone({ status: 'RUNNING', type: 'manualJudgment' })).toBe('wait')
  expect(stageTone({ ...running, status: 'TERMINAL' })).toBe('bad')
})

test('it does not make the run one that waits for a person', () => {
  expect(executionTone({ status: 'RUNNING', stages: [running] })).toBe('busy')
})

test('added stages count, and ended ones wait for nothing', () => {
  const child = { ...running, parentStageId: '1' }
  expect(waitedFor([{ status: 'RUNNING' }, child, { ...running, status: 'CANCELED' }])).toEqual([crash])
})
