import { expect, test } from 'vitest'
import type { Summary } from '@/api/queries'
import { statsOf } from './stats'
import { triggerText } from './triggerText'

function run(id: string, status: string, seconds?: number): Summary {
  const times = seconds === undefined ? {} : { startTime: 1000, endTime: 1000 + seconds * 1000 }
  return { id, status, stages: [], ...times } as unknown as Summary
}

test.each([
  ['nothing', [], { runs: 0 }],
  ['what runs does not count', [run('a', 'RUNNING', 5)], { runs: 0 }],
  ['what was canceled counts neither way', [run('a', 'CANCELED', 5)], { runs: 1 }],
  [
    'an even number',
    [run('a', 'SUCCEEDED', 10), run('b', 'SUCCEEDED', 30)],
    { runs: 2, success: 1, median: 20_000, slowest: 30_000 },
  ],
  [
    'the newest failure',
    [run('a', 'SUCCEEDED', 1), run('b', 'TERMINAL', 9), run('c', 'STOPPED', 3), run('d', 'FAILED_CONTINUE')],
    { runs: 4, success: 0.5, median: 3000, slowest: 9000, failure: 'b' },
  ],
])('statistics of runs: %s', (_, runs, want) => {
  const { failure, ...stats } = statsOf(runs)
  const { failure: wanted, ...rest } = want as Record<string, unknown>
  expect(failure?.id).toEqual(wanted)
  expect(stats).toEqual({ success: undefined, median: undefined, slowest: undefined, ...rest })
})

test.each([
  [{ type: 'cron', cronExpression: '0 0 10 ? * *' }, '0 0 10 ? * *'],
  [{ type: 'git', project: 'shop', slug: 'web', branch: 'main' }, 'shop/web@main'],
  [{ type: 'git', slug: 'web' }, 'web'],
  [{ type: 'docker', repository: 'shop/web', tag: '1.*' }, 'shop/web:1.*'],
  [{ type: 'pipeline', pipeline: 'id-1' }, 'Build'],
  [{ type: 'pipeline', pipeline: 'id-2', application: 'other' }, 'other · id-2'],
  [{ type: 'webhook', source: 'deploys' }, 'deploys'],
  [{ type: 'jenkins', master: 'ci', job: 'web' }, 'ci/web'],
  [{ type: 'unheardOf' }, ''],
])('what a trigger is about: %o', (trigger, want) => {
  expect(triggerText(trigger, new Map([['id-1', 'Build']]))).toBe(want)
})
