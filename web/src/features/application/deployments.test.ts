import { expect, test } from 'vitest'
import type { ServerGroup } from '@/api/queries'
import { changesOf, type Change } from './changes'
import { deploymentsOf, servicesOf, shortImage } from './deployments'

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
const change = (name: string, start: number, more: Partial<Change> = {}): Change => ({
  account: 'a',
  region: 'r',
  object: 'deployment web',
  images: [],
  start,
  end: start + 2000,
  status: 'SUCCEEDED',
  name,
  path: `/${name}`,
  user: undefined,
  ...more,
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

const v = (sequence: number) => ({ moniker: { sequence } })

test('the last deployment of a cluster is what took the place of what ran', () => {
  const [d] = deploymentsOf(
    [cluster('a', group('v2', 'x/web:2', 60_000), group('v1', 'x/web:1', 10_000))],
    [
      change('other', 59_000, { object: 'deployment api' }),
      change('far', 59_500, { account: 'b' }),
      change('own', 58_500),
    ],
  )
  expect([d?.from, d?.to, d?.by?.name, d?.failed]).toEqual([['web:1'], ['web:2'], 'own', false])
  const [first] = deploymentsOf([cluster('a', group('v1', 'web:1', 10_000))], [])
  expect([first?.from, first?.to, first?.at, first?.by]).toEqual([[], ['web:1'], 10_000, undefined])
  expect(deploymentsOf([cluster('a')], [])).toEqual([])
})

test('what came to be after the last change is not credited to it', () => {
  const [d] = deploymentsOf([cluster('a', group('v1', 'web:1', 90_000))], [change('own', 10_000)])
  expect([d?.by, d?.at]).toEqual([undefined, 90_000])
})

test('after a roll back, the roll back is the latest', () => {
  const [d] = deploymentsOf(
    [cluster('a', group('v2', 'web:2', 60_000, v(2)), group('v1', 'web:1', 10_000, v(3)))],
    [change('Roll back', 90_000), change('release', 58_500, { status: 'TERMINAL' })],
  )
  expect([d?.from, d?.to, d?.by?.name, d?.failed, d?.at]).toEqual([
    ['web:2'],
    ['web:1'],
    'Roll back',
    false,
    90_000,
  ])
})

test('a deployment that failed is marked, with what it tried', () => {
  const broken = change('release', 58_500, { status: 'TERMINAL', images: ['x/web:2'] })
  const before = group('v1', 'web:1', 10_000, v(1))
  const [made] = deploymentsOf([cluster('a', group('v2', 'web:2', 60_000, v(2)), before)], [broken])
  expect([made?.from, made?.to, made?.failed]).toEqual([['web:1'], ['web:2'], true])
  const [refused] = deploymentsOf([cluster('a', before)], [broken])
  expect([refused?.from, refused?.to, refused?.failed]).toEqual([['web:1'], ['web:2'], true])
})

test('a stage tells what it deploys', () => {
  const stage = (type: string, context: object) => ({
    id: 's',
    type,
    status: 'SUCCEEDED' as const,
    startTime: 1,
    context: { account: 'a', ...context },
  })
  const manifest = {
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'r' },
    spec: { template: { spec: { containers: [{ name: 'c', image: 'web:2' }] } } },
  }
  const found = changesOf(
    {
      stages: [
        stage('deployManifest', { 'outputs.manifests': [manifest] }),
        stage('undoRolloutManifest', { location: 'r', manifestName: 'deployment web' }),
        stage('scaleManifest', { location: 'r', manifestName: 'deployment web' }),
      ] as never,
    },
    'release',
    '/x',
    'anonymous',
  )
  expect(found.map((c) => [c.object, c.region, c.images, c.user])).toEqual([
    ['deployment web', 'r', ['web:2'], undefined],
    ['deployment web', 'r', [], undefined],
  ])
})

test('a service that runs in several places says whether they differ', () => {
  const [same] = servicesOf([cluster('a', group('v1', 'web:1', 1)), cluster('b', group('v1', 'web:1', 1))])
  expect([same?.places.length, same?.differ]).toEqual([2, false])
  const [other] = servicesOf([cluster('a', group('v1', 'web:1', 1)), cluster('b', group('v2', 'web:2', 1))])
  expect(other?.differ).toBe(true)
})
