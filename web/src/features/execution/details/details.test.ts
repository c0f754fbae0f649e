import { expect, test } from 'vitest'
import type { Stage } from '@/api/queries'
import { messageOf } from '@/lib/exception'
import { adviceFor, mayHaveLog, objectIn, podIn } from './advice'
import { withoutSecrets, withoutSecretsIn } from '@/lib/secrets'
import { artifactsOf, deployedBy, restartOf, waitsUntil, warningsOf } from './read'

const stage = (context: Record<string, unknown>, more: Partial<Stage> = {}): Stage => ({
  id: 's',
  type: 'deployManifest',
  status: 'RUNNING',
  context,
  ...more,
})

test.each([
  [
    `'deployment web' in 'default' for account prod: waits; container "web" of pod "web-1" can't get its image "nginx:nope": ErrImagePull: not found (for 1m0s)`,
    'image',
  ],
  [
    `container "web" of pod "web-1" can't get its image "x": ErrImagePull: pull access denied`,
    'registryAuth',
  ],
  ['container "web" of pod "web-1" has ended with exit code 137 (OOMKilled)', 'oom'],
  ['container "web" crashes: CrashLoopBackOff: it has ended with exit code 1', 'crash'],
  [`pod "web-1" can't be scheduled: 0/3 nodes are available: 3 Insufficient cpu.`, 'schedule'],
  [
    'pods "web-1-" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
    'serviceAccount',
  ],
  ['deployments.apps is forbidden: User "x" cannot create resource', 'permission'],
  ['the manifests were not stable after 30m0s', 'timeout'],
  [
    `account gone: the cluster can't be reached: Get "https://10.0.0.1:1/api?timeout=30s": dial tcp 10.0.0.1:1: connect: connection refused`,
    'unreachable',
  ],
  ['dial tcp 10.0.0.1:443: i/o timeout', 'unreachable'],
  ['Error submitting webhook with status code 404.', 'statusCode'],
  ['whatever this is', undefined],
])('%s', (message, want) => {
  expect(adviceFor(message)).toBe(want)
})

test('sentences name objects and pods', () => {
  expect(objectIn(`'deployment web' in 'default' for account prod: waits`)).toEqual({
    name: 'deployment web',
    location: 'default',
    account: 'prod',
  })
  expect(objectIn('something else')).toBeUndefined()
  expect(podIn('container "a" of pod "web-1" crashes')).toBe('web-1')
})

test('objects of a deployment are stable, failed, or waited for', () => {
  const context = {
    account: 'prod',
    'outputs.manifestNamesByNamespace': { default: ['service a', 'deployment b', 'deployment c', 3] },
    stableManifests: [{ manifestName: 'service a', location: 'default' }],
    failedManifests: [{ manifestName: 'deployment b', location: 'default' }],
  }
  expect(deployedBy(stage(context)).map((d) => [d.name, d.state])).toEqual([
    ['service a', 'stable'],
    ['deployment b', 'failed'],
    ['deployment c', 'waiting'],
  ])
  expect(
    deployedBy(
      stage({ manifestName: 'deployment b', location: 'ns', credentials: 'x' }, { status: 'SUCCEEDED' }),
    ),
  ).toEqual([{ account: 'x', location: 'ns', name: 'deployment b', state: 'stable' }])
  expect(deployedBy(stage({ 'outputs.manifestNamesByNamespace': 'broken' }))).toEqual([])
})

test('secrets are not shown', () => {
  expect(
    withoutSecrets({ Authorization: 'Bearer x', name: 'a', deep: [{ api_key: 'k', n: 1 }], token: '' }),
  ).toEqual({ Authorization: '••••••', name: 'a', deep: [{ api_key: '••••••', n: 1 }], token: '' })
  expect(withoutSecretsIn('https://me:pw@example.com/x?token=abc&q=1')).toBe(
    'https://me:x@example.com/x?token=x&q=1',
  )
  expect(withoutSecretsIn('failed: "https://x/?a=1&api_key=k" (twice)')).toBe(
    'failed: "https://x/?a=1&api_key=x" (twice)',
  )
})

test('waits end when they end', () => {
  expect(waitsUntil(stage({ waitTime: 30 }, { type: 'wait', startTime: 1000 }))).toBe(31_000)
  expect(waitsUntil(stage({ waitTime: '${x}' }, { type: 'wait', startTime: 1000 }))).toBeUndefined()
  expect(
    waitsUntil(stage({ waitTime: 30 }, { type: 'wait', startTime: 1000, status: 'SUCCEEDED' })),
  ).toBeUndefined()
})

test('artifacts, warnings and restarts are read as they lie there', () => {
  expect(
    artifactsOf(
      stage({
        'outputs.boundArtifacts': [{ type: 'docker/image', name: 'web', version: '1' }],
        requiredArtifacts: [{ type: 'docker/image', name: 'web', version: '1' }],
        artifacts: 'broken',
      }),
    ).consumed,
  ).toHaveLength(1)
  expect(
    warningsOf(
      stage({
        expressionEvaluationSummary: { '${a}': [{ level: 'ERROR', description: 'no a' }], b: 'broken' },
      }),
    ),
  ).toEqual([{ field: '${a}', level: 'ERROR', text: 'no a' }])
  expect(
    restartOf(
      stage({
        restartDetails: {
          restartedBy: 'ann',
          restartTime: 5,
          previousException: { details: { errors: ['why'] } },
        },
      }),
      messageOf,
    ),
  ).toEqual({ by: 'ann', at: 5, before: 'why' })
  expect(restartOf(stage({}), messageOf)).toBeUndefined()
})

test('the log of a pod is offered only if it can have one', () => {
  expect(mayHaveLog(adviceFor('container "web" can\'t get its image "x": ErrImagePull'))).toBe(false)
  expect(mayHaveLog(adviceFor('pod "web-1" can\'t be scheduled: no room'))).toBe(false)
  expect(mayHaveLog(adviceFor('it crashes again and again (CrashLoopBackOff)'))).toBe(true)
  expect(mayHaveLog(undefined)).toBe(true)
})
