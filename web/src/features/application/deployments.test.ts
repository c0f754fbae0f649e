import { expect, test } from 'vitest'
import type { ServerGroup, Summary } from '@/api/queries'
import { deploymentsOf, madeBy, servicesOf, shortImage } from './deployments'

const group = (
  name: string,
  image: string,
  createdTime: number,
  more: Partial<ServerGroup> = {},
): ServerGroup =>
  ({
    name,
    account: 'a',
    region: 'r',
    cluster: 'deployment web',
    type: 'kubernetes',
    cloudProvider: 'kubernetes',
    isDisabled: false,
    moniker: {},
    createdTime,
    buildInfo: { images: [image] },
    instances: [],
    instanceCounts: { total: 1, up: 1, down: 0, unknown: 0, outOfService: 0, starting: 0 },
    loadBalancers: [],
    securityGroups: [],
    serverGroupManagers: [],
    ...more,
  }) as ServerGroup
const run = (id: string, type: string, startTime: number, endTime: number): Summary => ({
  id,
  status: 'SUCCEEDED',
  stages: [
    {
      id: 's',
      refId: '1',
      type,
      name: type,
      status: 'SUCCEEDED',
      requisiteStageRefIds: [],
      startTime,
      endTime,
    },
  ],
})
const cluster = (account: string, ...groups: ServerGroup[]) => ({
  account,
  region: 'r',
  name: 'deployment web',
  groups,
})

test('images in short', () => {
  expect(shortImage('registry.example.com/shop/web:1.2')).toBe('web:1.2')
  expect(shortImage('web@sha256:0123456789abcdef')).toBe('web@0123456')
})

test('the last deployment of a cluster is what took the place of what ran', () => {
  const [d] = deploymentsOf(
    [cluster('a', group('v2', 'x/web:2', 60_000), group('v1', 'x/web:1', 10_000))],
    [run('b', 'wait', 0, 90_000), run('a', 'deployManifest', 58_000, 61_000)],
  )
  expect([d?.from, d?.to, d?.by?.id, d?.at]).toEqual([['web:1'], ['web:2'], 'a', 60_000])
  expect(madeBy([run('a', 'deployManifest', 58_000, 61_000)], 100_000)).toBeUndefined()
  const [first] = deploymentsOf([cluster('a', group('v1', 'web:1', 10_000))], [])
  expect([first?.from, first?.to]).toEqual([[], ['web:1']])
  expect(deploymentsOf([cluster('a')], [])).toEqual([])
})

test('a service that runs in several places says whether they differ', () => {
  const [same] = servicesOf([cluster('a', group('v1', 'web:1', 1)), cluster('b', group('v1', 'web:1', 1))])
  expect([same?.places.length, same?.differ]).toEqual([2, false])
  const [other] = servicesOf([cluster('a', group('v1', 'web:1', 1)), cluster('b', group('v2', 'web:2', 1))])
  expect(other?.differ).toBe(true)
})
