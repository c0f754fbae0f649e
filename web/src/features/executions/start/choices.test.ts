import { expect, test } from 'vitest'
import type { Pipeline, Summary } from '@/api/queries'
import { artifactOf, artifactsFor, concurrencyOf, expectedOf, triggerBody, triggersOf } from './choices'

const pipeline: Pipeline = {
  id: 'p',
  triggers: [
    { type: 'git', enabled: true, source: 'github', slug: 'shop', branch: 'main', secret: 's' },
    { type: 'cron', cronExpression: '0 0 * * * ?' },
    { type: 'pipeline' },
  ],
  expectedArtifacts: [
    {
      id: 'e1',
      displayName: 'Web',
      matchArtifact: { type: 'docker/image', name: 'reg/web', artifactAccount: 'docker' },
      useDefaultArtifact: true,
      defaultArtifact: { version: '1.0' },
    },
  ],
}

test('a start stands in for a trigger, with what was given', () => {
  const [git, cron] = triggersOf(pipeline)
  expect([git?.label, git?.asks, cron?.label]).toEqual(['github', ['branch', 'hash'], '0 0 * * * ?'])
  expect(triggerBody(git, { branch: 'next', hash: '' })).toEqual({
    type: 'git',
    source: 'github',
    slug: 'shop',
    branch: 'next',
  })
  expect(triggerBody(undefined, {})).toEqual({})
})

test('an expected artifact gets the version that was chosen', () => {
  const [web] = expectedOf(pipeline)
  if (!web) throw new Error('nothing is expected')
  expect(web).toMatchObject({ name: 'Web', fallback: '1.0' })
  expect(artifactOf(web, '2.0')).toEqual({
    type: 'docker/image',
    name: 'reg/web',
    artifactAccount: 'docker',
    version: '2.0',
    reference: 'reg/web:2.0',
  })
  expect(artifactOf(web, 'sha256:ab')['reference']).toBe('reg/web@sha256:ab')
  expect(
    artifactsFor([web], { e1: '2' }, [
      { type: 'docker/image', name: 'reg/web', version: '1' },
      { type: 'http/file', name: 'x' },
    ]),
  ).toHaveLength(2)
  expect(artifactsFor([web], {}, undefined)).toEqual([])
})

test('what runs decides what will come of a start', () => {
  const run = (status: Summary['status']): Summary => ({
    id: status,
    status,
    stages: [],
    pipelineConfigId: 'p',
  })
  const runs = [
    run('RUNNING'),
    run('NOT_STARTED'),
    run('SUCCEEDED'),
    { ...run('PAUSED'), pipelineConfigId: 'q' },
  ]
  expect(concurrencyOf(pipeline, runs)).toEqual({ active: 2, rule: 'free', most: 0 })
  expect(concurrencyOf({ ...pipeline, limitConcurrent: true }, runs).rule).toBe('replaces')
  expect(concurrencyOf({ ...pipeline, limitConcurrent: true, keepWaitingPipelines: true }, runs).rule).toBe(
    'waits',
  )
  expect(concurrencyOf({ ...pipeline, maxConcurrentExecutions: 2 }, runs).rule).toBe('limited')
})
