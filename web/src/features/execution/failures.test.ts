import { expect, test } from 'vitest'
import type { Stage } from '@/api/queries'
import { failuresOf } from './stage'

const stage = (type: string, context: Record<string, unknown>, more: Partial<Stage> = {}): Stage => ({
  id: 's',
  type,
  status: 'TERMINAL',
  context,
  ...more,
})

test('a stopped judgment says who stopped it', () => {
  const s = stage(
    'manualJudgment',
    { judgmentStatus: 'stop' },
    { lastModified: { user: 'ann', lastModifiedTime: 1 } },
  )
  expect(failuresOf([s])).toMatchObject([{ reason: 'stopped', by: 'ann', message: '' }])
})

test('a failed check shows its expression and what it came to, also beside its own words', () => {
  const context = { context: { expression: '${ 1 > 2 }', expressionResult: 'false' } }
  expect(failuresOf([stage('checkPreconditions', context)])).toMatchObject([
    { reason: 'checkFalse', message: '', expression: { text: '${ 1 > 2 }', result: 'false' } },
  ])
  const own = { ...context, exception: { details: { errors: ['Nobody is on call'] } } }
  expect(failuresOf([stage('checkPreconditions', own)])).toMatchObject([
    { message: 'Nobody is on call', expression: { text: '${ 1 > 2 }' } },
  ])
})

test('a check whose expression was evaluated says where the pipeline has it', () => {
  const parent = stage('checkPreconditions', {}, { id: 'p', refId: '3' })
  const first = stage('checkPreconditions', {}, { id: 'a', parentStageId: 'p', status: 'SUCCEEDED' })
  const failed = stage(
    'checkPreconditions',
    { context: { expression: false, expressionResult: 'false' } },
    { id: 'b', parentStageId: 'p' },
  )
  expect(failuresOf([parent, first, failed])).toMatchObject([
    { reason: 'checkFalse', expression: { text: '', result: 'false' }, check: { refId: '3', index: 1 } },
  ])
})

test('a failed webhook says what its request met', () => {
  const context = { webhook: { error: 'connection refused' } }
  expect(failuresOf([stage('webhook', context)])).toMatchObject([{ message: 'connection refused' }])
  expect(failuresOf([stage('webhook', { webhook: {} })])).toEqual([])
  expect(failuresOf([stage('webhook', context, { status: 'SUCCEEDED' })])).toEqual([])
})

test('each object that failed is told on its own; other sentences belong together', () => {
  const of = (errors: string[]) =>
    failuresOf([stage('deployManifest', { exception: { details: { errors } } })]).map((f) => f.parts)
  const web = "'deployment web' in 'shop' for account prod: it crashes"
  const db = "'statefulSet db' in 'shop' for account prod: no room"
  expect(of([web, db])).toEqual([[web, db]])
  expect(of(['The manifests were not stable after 10m', web, db])).toEqual([
    ['The manifests were not stable after 10m', web, db],
  ])
  expect(of(['It failed', 'because of this'])).toEqual([['It failed\nbecause of this']])
  expect(failuresOf([stage('webhook', { webhook: { error: 'refused' } })])[0]?.parts).toEqual(['refused'])
})
