import { expect, test } from 'vitest'
import { translator } from '@/i18n'
import en from '@/i18n/events.en'
import { filterOf } from './filter'
import type { Decision, TriggerEvent } from './queries'
import { checkName, checkText, reasonText, toneOf, typeName } from './words'

const t = translator(en)
const plain = (text: string) => text.replace(/[\u2066-\u2069]/g, '')

const decision = (more: Partial<Decision>): Decision => ({
  pipelineId: 'p',
  pipelineName: 'Deploy',
  application: 'shop',
  triggerType: 'git',
  outcome: 'DIFFERS',
  checks: [],
  ...more,
})

test.each([
  [
    { what: 'branch', want: 'main', got: 'dev' },
    'Branch: the trigger wants “main”, and the event has “dev”.',
  ],
  [
    { what: 'payloadConstraints.env', want: 'prod' },
    'Payload field env: the trigger wants “prod”, and the event has none.',
  ],
  [{ what: 'timezone', got: 'UTC' }, 'Time zone: the trigger has none, and the event has “UTC”.'],
  [
    { what: 'signature', problem: 'the trigger has a secret, but the webhook isn’t signed; set the secret' },
    'Signature: the trigger has a secret, but the webhook isn’t signed; set the secret at the sender too',
  ],
  [{ what: 'tag', problem: 'error parsing regexp' }, 'Tag: error parsing regexp'],
])('a comparison that fails is a sentence: %j', (check, want) => {
  expect(plain(checkText(t, { ok: false, ...check }))).toBe(want)
})

test.each<[Partial<Decision>, string]>([
  [{ outcome: 'STARTS' }, ''],
  [{ outcome: 'DISABLED', reason: 'the pipeline is disabled' }, 'The pipeline is disabled.'],
  [{ outcome: 'DISABLED', reason: 'the trigger is disabled' }, 'The trigger is disabled.'],
  [{ outcome: 'REFUSED', reason: 'no stages' }, 'It matched, but the pipeline couldn’t start: no stages'],
  [
    {
      checks: [
        { what: 'slug', ok: true },
        { what: 'branch', want: 'a', got: 'b', ok: false },
      ],
    },
    'Branch: the trigger wants “a”, and the event has “b”.',
  ],
  [{ reason: 'something else differs' }, 'Something else differs'],
])('the reason of %j', (given, want) => {
  expect(plain(reasonText(t, decision(given)))).toBe(want)
})

test('what isn’t known keeps its name', () => {
  expect(checkName(t, 'somethingNew')).toBe('somethingNew')
  expect(typeName(t, 'helm/oci')).toBe('OCI chart')
  expect(typeName(t, 'odd')).toBe('odd')
})

test('the colour tells how an event went', () => {
  const event = (more: Partial<TriggerEvent>) => toneOf({ started: 0, ...more } as TriggerEvent)
  expect(event({ started: 1 })).toBe('good')
  expect(event({})).toBe('idle')
  expect(event({ decisions: [decision({ outcome: 'REFUSED' })] })).toBe('bad')
})

test('the URL says what the server is asked for', () => {
  expect(filterOf({})).toEqual({})
  expect(filterOf({ pipeline: 'p' })).toEqual({})
  expect(filterOf({ q: 'x', started: 'no', pipeline: 'p', type: 'git' }, 'shop')).toEqual({
    q: 'x',
    application: 'shop',
    pipelineId: 'p',
    type: 'git',
    started: false,
  })
})
