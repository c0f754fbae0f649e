import { expect, test } from 'vitest'
import type { Stage } from '@/api/queries'
import { jobOf, linkOf } from './jobs'

const stage = (context: Record<string, unknown>, status: Stage['status'] = 'SUCCEEDED'): Stage => ({
  id: 's',
  type: 'runJobManifest',
  status,
  context,
})

test('a job is told of before its first pod and after its last', () => {
  expect(jobOf([stage({})])).toBeUndefined()
  expect(jobOf([stage({ account: 'a', 'deploy.jobs': { ns: ['job migrate'] } }, 'RUNNING')])).toEqual({
    account: 'a',
    location: 'ns',
    name: 'migrate',
    pods: [],
    kept: [],
    active: true,
    link: undefined,
  })
  const ended = jobOf([
    stage({}),
    stage({
      jobStatus: {
        name: 'migrate',
        account: 'a',
        location: 'ns',
        pods: [
          { name: 'old', status: {} },
          {
            name: 'new',
            status: { containerStatuses: [{ name: 'main' }], initContainerStatuses: [{ name: 'init' }] },
          },
        ],
      },
      jobLogs: [{ pod: 'new', container: 'main', output: 'done\n' }],
    }),
  ])
  expect(ended?.pods).toEqual([
    { name: 'new', containers: ['main', 'init'] },
    { name: 'old', containers: [] },
  ])
  expect(ended?.kept).toHaveLength(1)
})

test('links to logs are web addresses', () => {
  expect(linkOf('https://logs/?q={{ name }}&n={{namespace}}', { name: 'a b', namespace: 'x' })).toBe(
    'https://logs/?q=a%20b&n=x',
  )
  expect(linkOf('javascript:alert(1)', {})).toBeUndefined()
})
