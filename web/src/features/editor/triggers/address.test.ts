import { expect, test } from 'vitest'
import { eventHeader, eventTypeOf, webhookPath } from './address'

test.each([
  [{ type: 'git', source: 'github' }, '/webhooks/git/github'],
  [{ type: 'webhook', source: 'my ci/x' }, '/webhooks/webhook/my%20ci%2Fx'],
  [{ type: 'cdevents', source: 'ci' }, '/webhooks/cdevents/ci'],
  [{ type: 'webhook' }, ''],
  [{ type: 'cron' }, undefined],
])('where the webhooks of %j go', (trigger, want) => {
  expect(webhookPath(trigger)).toBe(want)
})

test.each([
  [{ type: 'git' }, 'git'],
  [{ type: 'jenkins' }, 'build'],
  [{ type: 'cron' }, undefined],
  [{}, undefined],
])('what %j can be tried with', (trigger, want) => {
  expect(eventTypeOf(trigger)).toBe(want)
})

test('hosts name their events in headers, but for GitLab', () => {
  expect(eventHeader('github')).toBe('X-GitHub-Event')
  expect(eventHeader('gitlab')).toBeUndefined()
})
