import { expect, test } from 'vitest'
import type { Pipeline, Summary } from '@/api/queries'
import { byTime, grouped, wanted } from './filter'

const run = (id: string, name: string, status: Summary['status'], more: Partial<Summary> = {}): Summary => ({ id, name, status, stages: [], ...more })
const pipelines: Pipeline[] = [{ name: 'deploy' }, { name: 'test' }]
const executions = [run('3', 'deploy', 'RUNNING'), run('2', 'gone', 'SUCCEEDED'), run('1', 'deploy', 'TERMINAL', { user: 'Ann', stages: [{ id: 's', refId: '1', requisiteStageRefIds: [], type: 'bake', status: 'SUCCEEDED', name: 'Bake' }] })]

test('each pipeline comes with its executions, in the order they are kept', () => {
  expect(grouped(pipelines, executions, {}).map((r) => r.key)).toEqual(['p deploy', '3', '1', 'p test', 'n test', 'p gone', '2'])
})

test('filters leave out pipelines that have nothing of it', () => {
  expect(grouped(pipelines, executions, { status: 'failed' }).map((r) => r.key)).toEqual(['p deploy', '1'])
  expect(grouped(pipelines, executions, { pipeline: 'test' }).map((r) => r.key)).toEqual(['p test', 'n test'])
  expect(grouped(pipelines, executions, { q: 'tes' }).map((r) => r.key)).toEqual(['p test', 'n test'])
})

test.each([
  [{ q: 'ann bake' }, ['1']],
  [{ status: 'active' as const }, ['3']],
  [{ q: 'succeeded' }, ['2']],
  [{ q: 'nobody' }, []],
])('%o', (filter, ids) => {
  expect(byTime(executions, filter).map((r) => r.key)).toEqual(ids)
  expect(executions.filter((e) => wanted(e, filter)).map((e) => e.id)).toEqual(ids)
})
