import { expect, test } from 'vitest'
import { actionsFor, containersOf, jobFor, statusOf } from './object'

test.each([
  [{}, 'stable', 'good'],
  [{ stable: { state: false, message: 'waits' } }, 'changing', 'busy'],
  [{ stable: { state: false }, paused: { state: true } }, 'paused', 'wait'],
  [{ paused: { state: true }, failed: { state: true, message: 'no image' } }, 'failed', 'bad'],
])('%o is %s', (status, key, tone) => {
  expect(statusOf(status)).toMatchObject({ key, tone })
})

test('what an owner would undo is not offered', () => {
  const owned = { metadata: { ownerReferences: [{ kind: 'Deployment', controller: true }] } }
  expect(actionsFor('replicaSet web-1', owned, true)).toEqual(['delete'])
  expect(actionsFor('replicaSet web-v001', {}, true)).toEqual(['scale', 'disable', 'delete'])
  expect(actionsFor('replicaSet web-v001', {}, false)).toContain('enable')
  expect(actionsFor('deployment web', { spec: { paused: true } }, true)).toContain('resume')
  expect(actionsFor('service web', {}, true)).toEqual(['delete'])
})

test('containers are found in pods and in what makes them', () => {
  expect(containersOf({ spec: { containers: [{ name: 'a' }], initContainers: [{ name: 'b' }] } }).map((c) => c.name)).toEqual(['a', 'b'])
  expect(containersOf({ spec: { template: { spec: { containers: [{ name: 'c' }] } } } }).map((c) => c.name)).toEqual(['c'])
  expect(containersOf({})).toEqual([])
})

test('a task names its object as Deck does', () => {
  expect(jobFor('scale', { app: 'shop', account: 'a', location: 'n', name: 'deployment web' }, { replicas: 3 })).toMatchObject({
    type: 'scaleManifest', account: 'a', location: 'n', manifestName: 'deployment web', replicas: 3,
  })
})
