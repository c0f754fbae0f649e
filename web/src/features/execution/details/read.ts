import type { Stage } from '@/api/queries'
import { isObject, objectOf, objectsOf, textOf, type Json } from '@/lib/json'
import { contextOf } from '../stage'

// What stages' contexts tell, read with care.

export type Place = { account: string; location: string; name: string }
export type Deployed = Place & { state: 'stable' | 'failed' | 'waiting' }

function places(value: unknown): Set<string> {
  return new Set(objectsOf(value).map((p) => `${textOf(p['location'])} ${textOf(p['manifestName'])}`))
}

const accountOf = (c: Json): string =>
  textOf(c['account']) || textOf(c['credentials']) || textOf(c['deploy.account.name'])

/** The Kubernetes objects that a stage has applied, or the one that it is about. */
export function deployedBy(stage: Stage): Deployed[] {
  const c = contextOf(stage)
  const [stable, failed] = [places(c['stableManifests']), places(c['failedManifests'])]
  const ended = stage.status === 'SUCCEEDED'
  const state = (location: string, name: string): Deployed['state'] => {
    const key = `${location} ${name}`
    return failed.has(key) ? 'failed' : stable.has(key) || ended ? 'stable' : 'waiting'
  }
  const byNamespace = c['outputs.manifestNamesByNamespace']
  if (isObject(byNamespace)) {
    return Object.entries(byNamespace).flatMap(([location, names]) =>
      (Array.isArray(names) ? names : [])
        .filter((n) => typeof n === 'string')
        .map((name) => ({ account: accountOf(c), location, name, state: state(location, name) })),
    )
  }
  const name = textOf(c['manifest.name']) || textOf(c['manifestName'])
  if (name === '') return []
  const location = textOf(c['manifest.location']) || textOf(c['location'])
  return [{ account: accountOf(c), location, name, state: state(location, name) }]
}

export type Artifact = { type: string; name: string; version: string; reference: string }

function artifacts(value: unknown): Artifact[] {
  return objectsOf(value)
    .map((a) => ({
      type: textOf(a['type']),
      name: textOf(a['name']),
      version: textOf(a['version']),
      reference: textOf(a['reference']),
    }))
    .filter((a) => a.name !== '' || a.reference !== '')
}

const unique = (list: Artifact[]) => [
  ...new Map(list.map((a) => [`${a.type} ${a.name} ${a.version} ${a.reference}`, a])).values(),
]

/** The artifacts that a stage was given, and those it has made. */
export function artifactsOf(stage: Stage): { consumed: Artifact[]; produced: Artifact[] } {
  const c = contextOf(stage)
  const inputs = objectsOf(c['inputArtifacts'])
    .map((i) => i['artifact'])
    .filter(isObject)
  return {
    consumed: unique([
      ...artifacts(c['outputs.boundArtifacts']),
      ...artifacts(c['requiredArtifacts']),
      ...artifacts(inputs),
      ...artifacts([c['manifestArtifact'], c['chartArtifact']]),
    ]),
    produced: unique(artifacts(objectOf(stage.outputs)['artifacts'] ?? c['artifacts'])),
  }
}

export type Warning = { field: string; level: string; text: string }

/** What went wrong with the expressions of a stage. */
export function warningsOf(stage: Stage): Warning[] {
  return Object.entries(objectOf(contextOf(stage)['expressionEvaluationSummary'])).flatMap(
    ([field, entries]) =>
      objectsOf(entries).map((e) => ({ field, level: textOf(e['level']), text: textOf(e['description']) })),
  )
}

/** When a wait is over, in milliseconds since the epoch; undefined where nobody can tell. */
export function waitsUntil(stage: Stage): number | undefined {
  if (stage.status !== 'RUNNING') return undefined
  const c = contextOf(stage)
  if (stage.type === 'restrictExecutionDuringTimeWindow') {
    const at = Number((stage as { scheduledTime?: unknown }).scheduledTime)
    return at > 0 ? at : undefined
  }
  const seconds = Number(textOf(c['waitTime']))
  if (stage.type !== 'wait' || !stage.startTime || textOf(c['waitTime']) === '' || !Number.isFinite(seconds))
    return undefined
  return stage.startTime + seconds * 1000
}

export type Restart = { by: string; at: number | undefined; before: string | undefined }

/** By whom and when a stage was restarted last, and what had gone wrong before. */
export function restartOf(
  stage: Stage,
  messageOf: (exception: unknown) => string | undefined,
): Restart | undefined {
  const details = contextOf(stage)['restartDetails']
  if (!isObject(details) || !details['restartTime']) return undefined
  return {
    by: textOf(details['restartedBy']),
    at: Number(textOf(details['restartTime'])) || undefined,
    before: messageOf(details['previousException']),
  }
}
