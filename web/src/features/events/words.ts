import { sentence } from '@/lib/format'
import type { Tone } from '@/lib/status'
import type { Decision, TriggerEvent } from './queries'
import type { EventTexts } from './texts'

export type Check = Decision['checks'][number]

/** The types of events, by what the API calls them. */
export const eventTypes = [
  'git',
  'webhook',
  'cron',
  'pipeline',
  'docker',
  'helm',
  'helm/oci',
  'build',
  'pubsub',
  'cdevents',
  'artifactory',
  'nexus',
  'plugin',
] as const

type Named = Exclude<(typeof eventTypes)[number], 'helm/oci'>

/** A type of events in words. */
export function typeName(t: EventTexts, type: string): string {
  if (type === 'helm/oci') return t('types.helmOci')
  return (eventTypes as readonly string[]).includes(type) ? t(`types.${type as Named}`) : type
}

/** How an event went, as a colour. */
export function toneOf(event: TriggerEvent): Tone {
  if (event.started > 0) return 'good'
  if (event.decisions?.some((d) => d.outcome === 'REFUSED' || d.outcome === 'DENIED')) return 'bad'
  return 'idle'
}

export const outcomeTone: Record<Decision['outcome'], Tone> = {
  STARTS: 'good',
  DIFFERS: 'idle',
  DISABLED: 'idle',
  QUIET: 'wait',
  DENIED: 'bad',
  REFUSED: 'bad',
}

const names = [
  'source',
  'project',
  'slug',
  'branch',
  'events',
  'files',
  'signature',
  'account',
  'repository',
  'tag',
  'digest',
  'version',
  'pipeline',
  'status',
  'id',
  'cronExpression',
  'timezone',
  'master',
  'job',
  'payload',
  'parameters',
  'artifacts',
  'pubsubSystem',
  'subscriptionName',
] as const

/** What was compared, in words. */
export function checkName(t: EventTexts, what: string): string {
  for (const [prefix, key] of [
    ['payloadConstraints.', 'what.payloadOf'],
    ['attributeConstraints.', 'what.attributeOf'],
  ] as const)
    if (what.startsWith(prefix)) return t(key, { name: what.slice(prefix.length) })
  const known = names.find((n) => n === what)
  return known ? t(`what.${known}`) : what
}

// The server's words, by how they begin.
const problems = [
  ['the payload has no such field', 'problem.noField'],
  ['the event has no such attribute', 'problem.noAttribute'],
  ['the trigger has a secret, but the webhook', 'problem.noSignature'],
  ['the webhook is signed, but the trigger has no secret', 'problem.noSecret'],
  ['the signature was not made with', 'problem.wrongSignature'],
] as const

/** Why something can't be compared, in words. */
export function problemText(t: EventTexts, problem: string): string {
  const known = problems.find(([start]) => problem.startsWith(start))
  return known ? t(known[1]) : problem
}

/** What is wrong with a comparison, in a sentence. */
export function checkText(t: EventTexts, c: Check): string {
  const what = checkName(t, c.what)
  const [want, got] = [`“${c.want ?? ''}”`, `“${c.got ?? ''}”`]
  if (c.problem) return sentence(t('why.problem', { what, problem: problemText(t, c.problem) }))
  if (!c.got) return t('why.missing', { what, want })
  if (!c.want) return t('why.unwanted', { what, got })
  return t('why.differs', { what, want, got })
}

/** Why a trigger started nothing, in a sentence; empty if it did. */
export function reasonText(t: EventTexts, d: Decision): string {
  const reason = d.reason ?? ''
  switch (d.outcome) {
    case 'STARTS':
      return ''
    case 'DISABLED':
      return t(reason.includes('pipeline') ? 'why.pipelineDisabled' : 'why.triggerDisabled')
    case 'QUIET':
      return t('why.quiet')
    case 'DENIED':
      return t('why.denied')
    case 'REFUSED':
      return t('why.refused', { reason })
    default: {
      const failed = d.checks.find((c) => !c.ok)
      return failed ? checkText(t, failed) : sentence(reason)
    }
  }
}
