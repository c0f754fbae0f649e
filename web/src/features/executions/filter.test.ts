import { expect, test } from 'vitest'
import type { Pipeline, Summary } from '@/api/queries'
import { byPeriod, flat, grouped, periodOf, pinnedOf, sourceText, wanted } from './filter'

const run = (id: string, name: string, status: Summary['status'], more: Partial<Summary> = {}): Summary => ({
  id,
  name,
  status,
  stages: [],
  ...more,
})
const pipelines: Pipeline[] = [{ name: 'deploy', tags: [{ name: 'team', value: 'web' }] }, { name: 'test' }]
const bake = {
  id: 's',
  refId: '1',
  type: 'wait',
  name: 'Bake',
  status: 'TERMINAL' as const,
  requisiteStageRefIds: [],
}
const asking = { ...bake, type: 'manualJudgment', name: 'Well?', status: 'RUNNING' as const }
const executions = [
  run('3', 'deploy', 'RUNNING', { stages: [asking], triggerType: 'git' }),
  run('2', 'gone', 'SUCCEEDED', { parameters: { image: 'nginx:1' } }),
  run('1', 'deploy', 'TERMINAL', { user: 'Ann', stages: [bake] }),
]
const keys = (rows: { key: string }[]) => rows.map((r) => r.key)

test('each pipeline comes with its executions, what runs first', () => {
  expect(keys(grouped(pipelines, executions, {}))).toEqual([
    'p deploy',
    '3',
    '1',
    'p test',
    'n test',
    'p gone',
    '2',
  ])
  expect(keys(grouped(pipelines, [...executions].reverse(), {}))).toEqual([
    'p deploy',
    '3',
    '1',
    'p test',
    'n test',
    'p gone',
    '2',
  ])
})

test('filters leave out pipelines that have nothing of it', () => {
  expect(keys(grouped(pipelines, executions, { status: 'failed' }))).toEqual(['p deploy', '1'])
  expect(keys(grouped(pipelines, executions, { pipeline: 'test' }))).toEqual(['p test', 'n test'])
  expect(keys(grouped(pipelines, executions, { q: 'tes' }))).toEqual(['p test', 'n test'])
  expect(keys(grouped(pipelines, executions, { tag: 'team: web' }))).toEqual(['p deploy', '3', '1'])
  expect(keys(grouped(pipelines, executions, { trigger: 'git' }))).toEqual(['p deploy', '3'])
})

test('groups are folded', () => {
  expect(keys(grouped(pipelines, executions, {}, new Set(['p deploy', 'p test'])))).toEqual([
    'p deploy',
    'p test',
    'p gone',
    '2',
  ])
})

test('by time, what runs stands before the days', () => {
  const now = new Date(2026, 5, 15, 12).getTime()
  const at = (days: number, status: Summary['status'] = 'SUCCEEDED') =>
    run(`d${days}`, 'x', status, { startTime: now - days * 86_400_000 })
  expect([0, 1, 3, 20, 40].map((d) => periodOf(at(d), now))).toEqual([
    'today',
    'yesterday',
    'week',
    'month',
    'older',
  ])
  expect(periodOf(at(40, 'PAUSED'), now)).toBe('active')
  expect(
    keys(byPeriod([], [at(0), at(1), { ...at(40, 'RUNNING'), id: 'r' }], {}, now, new Set(['t today']))),
  ).toEqual(['t active', 'r', 't today', 't yesterday', 'd1'])
})

test('pinned parameters and sources are told', () => {
  const config: Pipeline = {
    name: 'x',
    parameterConfig: [
      { name: 'image', label: 'Image', pinned: true },
      { name: 'zone' },
      { name: 'none', pinned: true },
    ],
  }
  expect(pinnedOf(config, run('1', 'x', 'RUNNING', { parameters: { image: 'a', zone: 'eu' } }))).toEqual([
    ['Image', 'a'],
  ])
  expect(sourceText(run('1', 'x', 'RUNNING', { source: { branch: 'main', hash: '0123456789' } }))).toBe(
    'main@0123456',
  )
  expect(sourceText(run('1', 'x', 'RUNNING', { source: { tag: '1.2' } }))).toBe('1.2')
  expect(sourceText(run('1', 'x', 'RUNNING'))).toBe('')
})

test.each([
  [{ q: 'ann bake' }, ['1']],
  [{ q: 'nginx' }, ['2']],
  [{ status: 'active' as const }, ['3']],
  [{ status: 'waiting' as const }, ['3']],
  [{ q: 'succeeded' }, ['2']],
  [{ q: 'nobody' }, []],
])('%o', (filter, ids) => {
  expect(keys(flat(pipelines, executions, filter))).toEqual(ids)
  expect(executions.filter((e) => wanted(e, filter)).map((e) => e.id)).toEqual(ids)
})
