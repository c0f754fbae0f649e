import { expect, test } from 'vitest'
import type { Execution } from '@/api/queries'
import { changesOf, deploysAfter, imagesOf, planRequest, plannersBefore, totalsOf } from './changes'

const stage = (refId: string, type: string, after: string[], status = 'NOT_STARTED') => ({
  id: refId,
  refId,
  type,
  name: refId,
  status,
  requisiteStageRefIds: after,
})
const run = (stages: unknown[]) => ({ stages }) as unknown as Execution

test('what follows is found up to the next question', () => {
  const ask = stage('ask', 'manualJudgment', ['plan'], 'RUNNING')
  const e = run([
    stage('plan', 'deployManifest', [], 'SUCCEEDED'),
    ask,
    stage('network', 'deployManifest', ['ask']),
    stage('wait', 'wait', ['network']),
    stage('pods', 'deployManifest', ['wait']),
    stage('again', 'manualJudgment', ['pods']),
    stage('later', 'deployManifest', ['again']),
  ])
  const found = e.stages[1]
  if (!found) throw new Error('no stage')
  expect(plannersBefore(e, found).map((s) => s.refId)).toEqual(['plan'])
  expect(deploysAfter(e, found).map((s) => s.refId)).toEqual(['network', 'pods'])
})

test('changes are counted, and images told', () => {
  const changes = changesOf({
    changes: [
      { action: 'create', fullName: 'service web', diff: '+apiVersion: v1\n' },
      { action: 'create', fullName: 'configMap web-v001' },
      {
        action: 'change',
        fullName: 'deployment web',
        diff: '@@ -1 +1 @@\n-        - image: nginx:1.27\n+        - image: nginx:1.28\n-          image: "side:1"\n+          image: "side:2"\n',
      },
      { action: 'recreate', fullName: 'job once' },
      { action: 'nothing', fullName: 'service api' },
      { action: 'prune', kind: 'ConfigMap', name: 'old' },
    ],
  })
  expect(totalsOf(changes ?? [])).toEqual({ add: 2, change: 2, remove: 1 })
  expect(imagesOf(changes ?? [])).toEqual([
    ['nginx:1.27', 'nginx:1.28'],
    ['side:1', 'side:2'],
  ])
  expect(changes?.at(-1)?.fullName).toBe('ConfigMap old')
  expect(changesOf({})).toBeUndefined()
})

test('what a stage deploys is asked for as the stage would', () => {
  expect(
    planRequest({
      account: 'prod',
      source: 'text',
      manifests: [{ kind: 'Service' }],
      moniker: { app: 'shop' },
    }),
  ).toMatchObject({ account: 'prod', manifests: [{ kind: 'Service' }] })
  expect(planRequest({ account: 'prod', chartArtifact: { name: 'web' }, values: 'a: 1' })).toEqual({
    type: 'helmUpgrade',
    account: 'prod',
    chartArtifact: { name: 'web' },
    values: 'a: 1',
  })
  expect(planRequest({ account: 'prod', source: 'artifact', manifestArtifact: {} })).toBeUndefined()
  expect(planRequest({ account: 'prod', manifests: [] })).toBeUndefined()
})
