import type { Json } from './model'

/** The types of triggers that a person can add, in the order of the menu. */
export const triggerTypes = [
  'cron',
  'webhook',
  'git',
  'docker',
  'pipeline',
  'jenkins',
  'pubsub',
  'helm',
  'helm/oci',
  'artifactory',
  'nexus',
  'travis',
  'concourse',
  'cdevents',
  'plugin',
] as const

const beginnings: Partial<Record<string, Json>> = {
  cron: { cronExpression: '0 0 10 ? * MON-FRI' },
  git: { source: 'github', branch: '' },
  pubsub: { pubsubSystem: 'google' },
  pipeline: { status: ['successful'] },
}

// Fields that triggers of every type have.
const shared = ['id', 'enabled', 'runAsUser', 'expectedArtifactIds']

/** A new trigger with the values that its form starts with. */
export function newTrigger(type: string): Json {
  return { type, enabled: true, ...beginnings[type] }
}

/** The trigger as one of another type: without the fields that only its old type has. */
export function retyped(trigger: Json, type: string | undefined): Json {
  if (!type || trigger['type'] === type) return trigger
  const kept = Object.fromEntries(Object.entries(trigger).filter(([field]) => shared.includes(field)))
  return { ...newTrigger(type), ...kept }
}
