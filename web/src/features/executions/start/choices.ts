import type { Pipeline, Summary } from '@/api/queries'
import { isObject, objectOf, objectsOf, textOf, type Json } from '@/lib/json'
import { isActive } from '@/lib/status'

// What can be chosen when a pipeline is started by hand.

export type TriggerChoice = { key: string; type: string; label: string; trigger: Json; asks: string[] }

// What a trigger of a type brings with it that a person may give in its place.
const asked: Record<string, string[]> = {
  git: ['branch', 'hash'],
  docker: ['tag'],
  helm: ['version'],
  'helm/oci': ['version'],
  jenkins: ['buildNumber'],
  travis: ['buildNumber'],
  concourse: ['buildNumber'],
  artifactory: ['version'],
  nexus: ['version'],
}
const told = [
  'source',
  'slug',
  'repository',
  'chart',
  'job',
  'cronExpression',
  'subscriptionName',
  'pipeline',
]

/** The triggers of a pipeline that a start by hand may stand in for. */
export function triggersOf(pipeline: Pipeline): TriggerChoice[] {
  return objectsOf(pipeline.triggers).flatMap((trigger, i) => {
    const type = textOf(trigger['type'])
    if (type === '' || type === 'manual' || type === 'pipeline') return []
    const label = told.map((key) => textOf(trigger[key])).find(Boolean) ?? ''
    return [{ key: String(i), type, label, trigger, asks: asked[type] ?? [] }]
  })
}

const settings = [
  'enabled',
  'id',
  'runAsUser',
  'payloadConstraints',
  'attributeConstraints',
  'secret',
  'expectedArtifactIds',
  'status',
]

/** What is sent of a trigger that a person stands in for, with what was given. */
export function triggerBody(choice: TriggerChoice | undefined, given: Record<string, string>): Json {
  if (!choice) return {}
  const kept = Object.entries(choice.trigger).filter(([key]) => !settings.includes(key))
  const filled = choice.asks.flatMap((key) =>
    given[key] ? [[key, key === 'buildNumber' ? Number(given[key]) : given[key]]] : [],
  )
  return { ...Object.fromEntries(kept), ...(Object.fromEntries(filled) as Json) }
}

export type Expected = {
  id: string
  name: string
  type: string
  account: string
  match: Json
  fallback: string
}

/** The artifacts that a pipeline expects. */
export function expectedOf(pipeline: Pipeline): Expected[] {
  return objectsOf(pipeline.expectedArtifacts).map((e) => {
    const match = objectOf(e['matchArtifact'])
    const fallback = objectOf(e['defaultArtifact'])
    return {
      id: textOf(e['id']),
      name: textOf(e['displayName']) || textOf(match['name']) || textOf(match['type']),
      type: textOf(match['type']),
      account: textOf(match['artifactAccount']),
      match,
      fallback:
        e['useDefaultArtifact'] === true
          ? textOf(fallback['version']) || textOf(fallback['reference']) || textOf(fallback['name'])
          : '',
    }
  })
}

// Of these types the reference is the name with the version; of others it is given as it is.
const separators: Record<string, string> = { 'docker/image': ':' }

/** The artifact of a version that a person has chosen. */
export function artifactOf(expected: Expected, version: string): Json {
  const name = textOf(expected.match['name'])
  const base = Object.fromEntries(
    Object.entries(expected.match).filter(([key]) => !['id', 'kind', 'customKind'].includes(key)),
  )
  if (expected.type === 'http/file' || version.includes('/')) return { ...base, reference: version }
  const separator = separators[expected.type]
  const digest = version.startsWith('sha256:')
  return {
    ...base,
    version,
    ...(separator
      ? { reference: `${name}${digest ? '@' : separator}${version}` }
      : base['reference'] === undefined
        ? { reference: name }
        : {}),
  }
}

/** The artifacts that a start is given: those chosen in place of earlier ones of the same name and type. */
export function artifactsFor(
  expected: readonly Expected[],
  versions: Record<string, string>,
  earlier: unknown,
): Json[] {
  const chosen = expected.flatMap((e) => (versions[e.id] ? [artifactOf(e, versions[e.id] ?? '')] : []))
  const same = (a: Json, b: Json) => a['type'] === b['type'] && (a['name'] ?? '') === (b['name'] ?? '')
  const kept = (Array.isArray(earlier) ? earlier.filter(isObject) : []).filter(
    (a) => !chosen.some((c) => same(a, c)),
  )
  return [...kept, ...chosen]
}

export type Concurrency = { active: number; rule: 'free' | 'waits' | 'replaces' | 'limited'; most: number }

/** What runs of a pipeline by now, and what that means for another start. */
export function concurrencyOf(pipeline: Pipeline, executions: readonly Summary[]): Concurrency {
  const active = executions.filter((e) => e.pipelineConfigId === pipeline.id && isActive(e.status)).length
  const most = pipeline.maxConcurrentExecutions ?? 0
  if (pipeline.limitConcurrent)
    return { active, rule: pipeline.keepWaitingPipelines ? 'waits' : 'replaces', most: 1 }
  return { active, rule: most > 0 && active >= most ? 'limited' : 'free', most }
}

const key = (id: string) => `gennaker.start.${id}`

/** What was given the last time in this browser; undefined where nothing was. */
export function remembered(id: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key(id)) ?? 'null')
    return isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, textOf(v)]))
      : undefined
  } catch {
    return undefined
  }
}

const longest = 2000

export function remember(id: string, values: Record<string, string>): void {
  try {
    localStorage.setItem(
      key(id),
      JSON.stringify(Object.fromEntries(Object.entries(values).filter(([, v]) => v.length < longest))),
    )
  } catch {
    // There is no room; it is a convenience.
  }
}
