import { expect, test } from 'vitest'
import { balancersOf, goesWith, jobFor, offersFor, type Action } from './actions'

const place = (name: string) => ({ app: 'shop', account: 'a', location: 'n', name })
const names = (name: string, o: Parameters<typeof offersFor>[1], disabled = false): Action[] =>
  offersFor(place(name), o, disabled).map((x) => x.action)
const attached = { metadata: { annotations: { 'traffic.spinnaker.io/load-balancers': '["service web"]' } } }
const owned = (kind: string) => ({
  metadata: {
    annotations: { 'deployment.kubernetes.io/revision': '3' },
    ownerReferences: [{ kind, name: 'web', controller: true }],
  },
})

test('each kind has what it can do, and what an owner would undo is not offered', () => {
  expect(names('deployment web', { spec: { paused: true } })).toEqual([
    'scale',
    'restart',
    'undo',
    'resume',
    'delete',
  ])
  expect(names('daemonSet web', {})).toEqual(['restart', 'undo', 'delete'])
  expect(names('replicaSet web-v001', attached)).toEqual(['scale', 'disable', 'attach', 'delete'])
  expect(names('replicaSet web-v001', attached, true)).toContain('enable')
  expect(names('replicaSet web-v001', {})).toEqual(['scale', 'attach', 'delete'])
  expect(names('pod web', {})).toEqual(['attach', 'terminate'])
  expect(names('pod web', owned('ReplicaSet'))).toEqual(['terminate'])
  expect(names('service web', {})).toEqual(['delete'])
})

test('an old ReplicaSet is what its Deployment is rolled back to', () => {
  expect(offersFor(place('replicaSet web-1'), owned('Deployment'), false)[0]).toEqual({
    action: 'undo',
    place: place('deployment web'),
    revision: 3,
  })
  expect(names('replicaSet web-1', owned('Rollout'))).toEqual(['delete'])
})

test('load balancers are read with care', () => {
  expect(balancersOf(attached)).toEqual(['service web'])
  expect(
    balancersOf({ metadata: { annotations: { 'traffic.spinnaker.io/load-balancers': 'broken' } } }),
  ).toEqual([])
  expect(balancersOf({})).toEqual([])
})

test('a task names its object as Deck does', () => {
  expect(jobFor('scale', place('deployment web'), { replicas: '3' }, ' sale ')).toMatchObject({
    type: 'scaleManifest',
    account: 'a',
    location: 'n',
    manifestName: 'deployment web',
    replicas: 3,
    reason: 'sale',
  })
  expect(jobFor('undo', place('deployment web'), { revision: 2 })).toMatchObject({
    type: 'undoRolloutManifest',
    revision: 2,
  })
  expect(jobFor('undo', place('deployment web'), {})).toMatchObject({ numRevisionsBack: 1 })
  expect(jobFor('delete', place('pod web'), { cascading: 'orphan', grace: 0 })).toMatchObject({
    type: 'deleteManifest',
    options: { cascading: 'orphan', gracePeriodSeconds: 0 },
  })
  expect(jobFor('terminate', place('pod web'), { grace: '' })).toMatchObject({
    options: { cascading: 'background' },
  })
  expect(jobFor('attach', place('pod web'), { balancers: ['service a'] })).toMatchObject({
    type: 'enableManifest',
    loadBalancers: ['service a'],
  })
  expect(jobFor('restart', place('pod web'), {})).not.toHaveProperty('reason')
})

test('what goes with an object is all below it', () => {
  const nodes = [
    { uid: '1', name: 'deployment web', kind: 'deployment' },
    { uid: '2', parent: '1', name: 'replicaSet a', kind: 'replicaSet' },
    { uid: '3', parent: '1', name: 'replicaSet b', kind: 'replicaSet' },
    { uid: '4', parent: '2', name: 'pod a', kind: 'pod' },
  ]
  expect(goesWith(nodes, 'deployment web')).toEqual([
    ['replicaSet', 2],
    ['pod', 1],
  ])
  expect(goesWith(nodes, 'replicaSet a')).toEqual([['pod', 1]])
  expect(goesWith(nodes, 'nothing')).toEqual([])
})
