import { expect, test } from 'vitest'
import { filterOf, merged, startOf } from './runFilter'

test('days begin at midnight here', () => {
  expect(startOf('2026-03-01')).toBe(new Date(2026, 2, 1).getTime())
  expect(startOf('2026-12-31', 1)).toBe(new Date(2027, 0, 1).getTime())
  for (const none of [undefined, '', 'today', '2026-02-30', '2026-13-01', '2026-1-1'])
    expect(startOf(none)).toBeUndefined()
})

test('what is chosen becomes what the server is asked for', () => {
  expect(filterOf({})).toEqual({})
  expect(
    filterOf({
      q: 'nginx',
      application: 'shop',
      pipeline: 'Deploy',
      status: 'failed',
      trigger: 'git',
      user: 'ann',
      from: '2026-03-01',
      to: '2026-03-01',
    }),
  ).toEqual({
    q: 'nginx',
    application: 'shop',
    pipelineName: 'Deploy',
    statuses: ['TERMINAL', 'STOPPED', 'FAILED_CONTINUE'],
    trigger: 'git',
    user: 'ann',
    from: new Date(2026, 2, 1).getTime(),
    to: new Date(2026, 2, 2).getTime() - 1,
  })
  expect(filterOf({ from: 'nonsense' })).toEqual({})
})

test('what the server found is shown as it is now, with what is newer', () => {
  const run = (id: string, buildTime: number, more = {}) => ({
    id,
    buildTime,
    status: 'SUCCEEDED' as const,
    canceled: false,
    stages: [],
    ...more,
  })
  const found = [run('c', 30, { status: 'RUNNING' }), run('b', 20)]
  const live = [run('d', 40), run('c', 30), run('a', 10), run('e', 50, { name: 'Other' })]
  expect(merged(found, live, { pipeline: undefined }, true).map((e) => `${e.id} ${e.status}`)).toEqual([
    'e SUCCEEDED',
    'd SUCCEEDED',
    'c SUCCEEDED',
    'b SUCCEEDED',
  ])
  // Where all was found, nothing older is waiting to be loaded.
  expect(merged(found, live, {}, false).map((e) => e.id)).toEqual(['e', 'd', 'c', 'b', 'a'])
  expect(merged(found, live, { pipeline: 'Other' }, true).map((e) => e.id)).toEqual(['e'])
  // The server's words reach further than those of the list.
  expect(merged(found, live, { q: 'nginx' }, false).map((e) => e.id)).toEqual(['c', 'b'])
})
