import { expect, test } from 'vitest'
import type { Execution, StageOutline } from '@/api/queries'
import {
  artifactRows,
  configChange,
  differences,
  earlierOf,
  pairs,
  parameterRows,
  reasons,
  revisionAt,
  stagePairs,
  triggerRows,
} from './compare'

const stage = (refId: string, name: string, more: Partial<StageOutline> = {}): StageOutline => ({
  id: `s${refId}`,
  refId,
  name,
  type: 'wait',
  status: 'SUCCEEDED',
  requisiteStageRefIds: [],
  digest: '',
  ...more,
})
const run = (
  trigger: Record<string, unknown>,
  stages: StageOutline[] = [],
  more: Partial<Execution> = {},
): Execution => ({
  id: 'x',
  type: 'PIPELINE',
  application: 'a',
  status: 'SUCCEEDED',
  stages,
  trigger,
  ...more,
})

test('values differ where they differ', () => {
  expect(differences({ a: 1, b: [1, 2], c: { d: 'x' } }, { a: 1, b: [1, 3, 4], c: { e: 'x' } })).toEqual([
    { path: 'b.1', kind: 'changed', before: 2, after: 3 },
    { path: 'b.2', kind: 'added', after: 4 },
    { path: 'c.d', kind: 'removed', before: 'x' },
    { path: 'c.e', kind: 'added', after: 'x' },
  ])
  expect(differences([1], { 0: 1 })).toHaveLength(1)
})

test('parameters and artifacts stand side by side', () => {
  const [a, b] = [
    run({ parameters: { image: 'v1', n: 1 }, artifacts: [{ name: 'web', version: '1' }] }),
    run({
      parameters: { image: 'v2', n: 1, extra: true },
      artifacts: [
        { name: 'web', version: '2' },
        { type: 'http/file', reference: 'https://x' },
      ],
    }),
  ]
  expect(parameterRows(a, b).map((r) => [r.name, r.kind, r.before, r.after])).toEqual([
    ['extra', 'added', undefined, 'true'],
    ['image', 'changed', 'v1', 'v2'],
    ['n', 'same', '1', '1'],
  ])
  expect(artifactRows(a, b).map((r) => [r.name, r.kind])).toEqual([
    ['https://x', 'added'],
    ['web', 'changed'],
  ])
})

test('of a trigger, what differs each time is left out', () => {
  const rows = triggerRows(
    run({ type: 'manual', user: 'ann', correlationId: '1', dryRun: false }),
    run({ type: 'pipeline', user: 'ann', correlationId: '2', parentExecution: { name: 'Up' } }),
  )
  expect(rows.map((r) => [r.name, r.kind])).toEqual([
    ['parent', 'added'],
    ['type', 'changed'],
    ['user', 'same'],
  ])
})

test('stages are paired by place, then by name, then by type', () => {
  const found = pairs(
    [stage('1', 'Bake'), stage('2', 'Deploy'), stage('3', 'Old'), stage('4', 'Gone', { type: 'group' })],
    [stage('2', 'Bake'), stage('1', 'Deploy'), stage('3', 'New')],
  )
  expect(found.map((p) => [p.before?.name, p.after?.name])).toEqual([
    ['Bake', 'Bake'],
    ['Deploy', 'Deploy'],
    ['Old', 'New'],
    ['Gone', undefined],
  ])
})

test('a configuration has stages added, removed and changed', () => {
  const found = configChange(
    {
      updateTs: '1',
      limitConcurrent: true,
      stages: [
        { refId: '1', name: 'A', type: 'wait', waitTime: 1 },
        { refId: '2', name: 'B', type: 'wait' },
      ],
    },
    {
      updateTs: '2',
      limitConcurrent: false,
      stages: [
        { refId: '1', name: 'A', type: 'wait', waitTime: 2 },
        { refId: '3', name: 'C', type: 'script' },
      ],
    },
  )
  expect(found.fields).toEqual(['limitConcurrent'])
  expect(found.stages.map((s) => [s.name, s.kind, s.fields])).toEqual([
    ['A', 'changed', ['waitTime']],
    ['C', 'added', []],
    ['B', 'removed', []],
  ])
})

test('the revision in force is the last one saved before', () => {
  const revisions = [{ updateTs: '30' }, { updateTs: '20' }, { updateTs: '10' }]
  expect(revisionAt(revisions, 25)).toEqual({ updateTs: '20' })
  expect(revisionAt(revisions, 5)).toBeUndefined()
})

test('what may explain a failure comes in the order of likelihood', () => {
  const before = run({ user: 'ann', parameters: { image: 'v1' } }, [
    stage('1', 'A', { startTime: 1, endTime: 2 }),
    stage('2', 'B', { startTime: 1000, endTime: 2000 }),
  ])
  const after = run({ user: 'bob', parameters: { image: 'v2' } }, [
    stage('1', 'A', { status: 'TERMINAL' }),
    stage('2', 'B', { startTime: 1000, endTime: 61_000 }),
  ])
  const config = configChange(
    {
      stages: [
        { refId: '2', name: 'B', type: 'wait', x: 1 },
        { refId: '1', name: 'A', type: 'wait', y: 1 },
      ],
    },
    {
      stages: [
        { refId: '2', name: 'B', type: 'wait', x: 2 },
        { refId: '1', name: 'A', type: 'wait', y: 2 },
        { refId: '3', name: 'C', type: 'wait' },
      ],
    },
  )
  expect(reasons(before, after, config).map((r) => r.kind)).toEqual([
    'stageConfig',
    'parameter',
    'stageAdded',
    'stageConfig',
    'slower',
    'trigger',
  ])
  expect(reasons(before, after, config)[0]).toMatchObject({ stage: 'A', failed: true })
  expect(stagePairs(before, after).map((p) => p.differs)).toEqual([true, true])
  expect(reasons(before, before, undefined)).toEqual([])
})

test('an execution is compared with the last that succeeded before it', () => {
  const runs = [
    { id: '4', status: 'SUCCEEDED' as const, buildTime: 4 },
    { id: '3', status: 'TERMINAL' as const, buildTime: 3 },
    { id: '2', status: 'TERMINAL' as const, buildTime: 2 },
    { id: '1', status: 'SUCCEEDED' as const, buildTime: 1 },
  ]
  expect(earlierOf(runs, { id: '3', status: 'TERMINAL', buildTime: 3 })?.id).toBe('1')
  expect(earlierOf(runs.slice(1, 3), { id: '3', status: 'TERMINAL', buildTime: 3 })?.id).toBe('2')
  expect(earlierOf([], { id: '3', status: 'TERMINAL', buildTime: 3 })).toBeUndefined()
})
