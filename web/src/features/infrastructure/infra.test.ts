import { expect, test } from 'vitest'
import type { ServerGroup } from '@/api/queries'
import type { HealthState } from '@/lib/health'
import { planGroups, sideBySide } from './bulk/bulk'
import { clustersOf } from './clusters'
import { filtersOf, fits, optionsOf, valuesOf } from './filter'
import { instancesOf, rowsOf } from './rows'
import { between } from './selection'
import { namesOf, objectsIn, workOf, workOn } from './work'

const counts = { total: 1, healthy: 1, progressing: 0, degraded: 0, failed: 0, suspended: 0, unknown: 0 }
const group = (name: string, more: Partial<ServerGroup> = {}): ServerGroup => ({
  name,
  account: 'a',
  region: 'n',
  cluster: name.replace(/-v\d+$/, ''),
  type: 'kubernetes',
  cloudProvider: 'kubernetes',
  isDisabled: false,
  moniker: { app: 'shop' },
  buildInfo: { images: [] },
  capacity: { desired: 1, pinned: false },
  instances: [],
  instanceCounts: { total: 1, up: 1, down: 0, unknown: 0, outOfService: 0, starting: 0 },
  healthCounts: counts,
  healthStatus: { state: 'healthy' },
  loadBalancers: [],
  securityGroups: [],
  serverGroupManagers: [],
  ...more,
})

test('the status is what the server says', () => {
  expect(valuesOf(group('x'), 'status')).toEqual(['healthy'])
  expect(valuesOf(group('x', { isDisabled: true, healthStatus: { state: 'failed' } }), 'status')).toEqual([
    'failed',
    'disabled',
  ])
  expect(valuesOf({ account: 'a', name: 'service x', moniker: {} }, 'status')).toEqual([])
})

test('filters are one of each, and all of the labels', () => {
  const g = group('replicaSet x-v001', { labels: { tier: 'web', zone: 'b' }, moniker: { stack: 'prod' } })
  expect(fits(g, filtersOf({}))).toBe(true)
  expect(fits(g, filtersOf({ account: 'b,a', stack: 'prod' }))).toBe(true)
  expect(fits(g, filtersOf({ account: 'b' }))).toBe(false)
  expect(fits(g, filtersOf({ label: 'tier=web,zone=b' }))).toBe(true)
  expect(fits(g, filtersOf({ label: 'tier=web,zone=c' }))).toBe(false)
  expect(fits(g, filtersOf({ type: 'replicaSet', status: 'healthy' }))).toBe(true)
  expect(optionsOf([g, group('deployment y')]).type).toEqual([
    ['deployment', 1],
    ['replicaSet', 1],
  ])
})

test('accounts are told apart where there are several', () => {
  const groups = [
    group('replicaSet w-v001'),
    group('replicaSet w-v002'),
    group('replicaSet w-v001', { account: 'b' }),
  ]
  expect(rowsOf(clustersOf(groups)).map((r) => r.is)).toEqual([
    'account',
    'cluster',
    'group',
    'group',
    'account',
    'cluster',
    'group',
  ])
  expect(rowsOf(clustersOf(groups.slice(0, 2))).map((r) => r.is)).toEqual(['cluster', 'group', 'group'])
})

test('troubled instances come first', () => {
  const instance = (name: string, state: HealthState) => ({
    id: name,
    name,
    healthState: 'Up',
    healthStatus: { state },
    health: [],
    availabilityZone: 'z',
  })
  const list = instancesOf([
    group('x', {
      instances: [
        instance('pod a', 'healthy'),
        instance('pod b', 'failed'),
        instance('pod c', 'progressing'),
      ],
    }),
  ])
  expect(list.map((i) => i.name)).toEqual(['pod b', 'pod c', 'pod a'])
})

test('shift takes all between', () => {
  expect(between(['1', '2', '3', '4'], '3', '1')).toEqual(['1', '2', '3'])
  expect(between(['1', '2'], 'gone', '2')).toEqual(['2'])
})

test('several are done what each can', () => {
  const free = group('replicaSet w-v001', { loadBalancers: ['service w'] })
  const managed = group('replicaSet m-1', {
    serverGroupManagers: [{ name: 'm', location: 'n', account: 'a' }],
  })
  const other = group('replicaSet m-2', { serverGroupManagers: [{ name: 'm', location: 'n', account: 'a' }] })
  expect(planGroups('shop', 'disable', [free, managed])).toMatchObject({
    targets: [{ place: { name: 'replicaSet w-v001' } }],
    left: [{ why: 'managed' }],
  })
  expect(planGroups('shop', 'enable', [free])).toMatchObject({ targets: [], left: [{ why: 'enabled' }] })
  const scaled = planGroups('shop', 'scale', [free, managed, other])
  expect(scaled.targets.map((t) => t.place.name)).toEqual(['replicaSet w-v001', 'deployment m'])
  expect(planGroups('shop', 'restart', [free]).left).toEqual([
    { name: 'replicaSet w-v001', why: 'cannotRestart' },
  ])
  expect(planGroups('shop', 'delete', [free, managed]).targets).toHaveLength(2)
})

test('work is done a few at a time, and stops where it is told to', async () => {
  let running = 0
  let most = 0
  const done: number[] = []
  await sideBySide(
    [1, 2, 3, 4, 5],
    2,
    () => done.length >= 3,
    async (n) => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
      done.push(n)
    },
  )
  expect(most).toBe(2)
  expect(done.length).toBeLessThan(5)
})

test('what a stage works on is known by what it names', () => {
  const manifest = (kind: string, name: string, namespace?: string) => ({
    kind,
    metadata: { name, ...(namespace ? { namespace } : {}) },
  })
  expect(objectsIn({ account: 'a', manifestName: 'deployment web', location: 'n' })).toEqual([
    { account: 'a', region: 'n', object: 'deployment web' },
  ])
  expect(
    objectsIn({
      account: 'a',
      manifests: [manifest('ConfigMap', 'c'), 'text'],
      'outputs.manifests': [manifest('ReplicaSet', 'w-v001', 'n')],
    }),
  ).toEqual([
    { account: 'a', region: 'default', object: 'configMap c' },
    { account: 'a', region: 'n', object: 'replicaSet w-v001' },
  ])
  const stage = {
    id: '1',
    refId: '1',
    type: 'scaleManifest',
    name: 'scaleManifest',
    status: 'RUNNING' as const,
    requisiteStageRefIds: [],
    context: { account: 'a', manifestName: 'deployment m', location: 'n' },
    outputs: {},
    tasks: [],
  }
  const work = workOf(
    { stages: [stage, { ...stage, status: 'SUCCEEDED' as const }] },
    'Scale: deployment m',
    '/tasks/1',
  )
  expect(work).toEqual([
    { account: 'a', region: 'n', object: 'deployment m', name: 'Scale: deployment m', path: '/tasks/1' },
  ])
  expect(workOn(work, group('replicaSet m-1', { cluster: 'deployment m' }))).toMatchObject({
    path: '/tasks/1',
  })
  expect(workOn(work, group('replicaSet other'))).toBeUndefined()
})

test('an object is deployed by its own name, its cluster’s or its owner’s', () => {
  const o = {
    metadata: {
      annotations: { 'moniker.spinnaker.io/cluster': 'deployment web' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', controller: true }],
    },
  }
  expect(namesOf({ name: 'pod web-1-x' }, o)).toEqual(['pod web-1-x', 'deployment web', 'replicaSet web-1'])
  expect(namesOf({ name: 'service web' }, {})).toEqual(['service web'])
})
