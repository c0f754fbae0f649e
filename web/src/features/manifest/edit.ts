import { parseAllDocuments } from 'yaml'
import { isObject, objectOf, textOf, type Json } from '@/lib/json'
import { bombProblem, write } from '@/lib/texts'

// An object as people edit it: without what the cluster and Gennaker write by themselves.

const ownMetadata = [
  'managedFields',
  'resourceVersion',
  'uid',
  'creationTimestamp',
  'generation',
  'selfLink',
  'generateName',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]
// Nobody's to edit; those of the second list go along with what is applied.
const hiddenAnnotations = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'gennaker.io/content',
  'gennaker.io/operation',
]
const keptAnnotations = ['gennaker.io/inventory']

/** The object without what is written to it by itself. */
export function editable(object: Json): Json {
  const rest = { ...object }
  Reflect.deleteProperty(rest, 'status')
  const metadata = { ...objectOf(rest['metadata']) }
  for (const key of ownMetadata) Reflect.deleteProperty(metadata, key)
  const annotations = Object.fromEntries(
    Object.entries(objectOf(metadata['annotations'])).filter(
      ([key]) => !hiddenAnnotations.includes(key) && !keptAnnotations.includes(key),
    ),
  )
  if (Object.keys(annotations).length > 0) metadata['annotations'] = annotations
  else Reflect.deleteProperty(metadata, 'annotations')
  return { ...rest, metadata }
}

/** What is applied of an edited object: with what was hidden and is still needed. */
export function deployable(edited: Json, live: Json): Json {
  const metadata = objectOf(edited['metadata'])
  const kept = Object.entries(objectOf(objectOf(live['metadata'])['annotations'])).filter(([key]) =>
    keptAnnotations.includes(key),
  )
  if (kept.length === 0) return edited
  return {
    ...edited,
    metadata: {
      ...metadata,
      annotations: { ...objectOf(metadata['annotations']), ...Object.fromEntries(kept) },
    },
  }
}

/** An object as text, its fields in the order that people know. */
export function textOfObject(object: Json): string {
  const { apiVersion, kind, metadata, ...rest } = object
  return write({ apiVersion, kind, metadata, ...rest }, 'yaml')
}

export type Read = { objects: Json[] } | { problem: string; at?: number }

/** readObjects understands Kubernetes objects in YAML or JSON, or says what is wrong and where. */
export function readObjects(text: string): Read {
  const objects: Json[] = []
  const documents = parseAllDocuments(text, { prettyErrors: true })
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors
    if (error) return { problem: error.message.split('\n')[0] ?? error.message, at: error.pos[0] }
    let value: unknown
    try {
      value = document.toJS({ maxAliasCount: 1000 })
    } catch (bomb) {
      return { problem: bombProblem(bomb) }
    }
    if (value === null || value === undefined) continue
    const list = Array.isArray(value) ? (value as unknown[]) : [value]
    for (const item of list) {
      if (!isObject(item)) return { problem: 'notObject', at: document.range?.[0] }
      if (textOf(item['kind']) === '' || textOf(item['apiVersion']) === '')
        return { problem: 'noKind', at: document.range?.[0] }
      objects.push(item)
    }
  }
  return { objects }
}

/** Which object it is: what can't be edited without making another one. */
export function identityOf(object: Json): string {
  const metadata = objectOf(object['metadata'])
  return [
    textOf(object['apiVersion']).split('/').slice(0, -1).join('/'),
    textOf(object['kind']),
    textOf(metadata['namespace']),
    textOf(metadata['name']),
  ].join('|')
}

/** Whether what the object holds is not shown, as of Secrets. */
export const hidesContent = (object: Json): boolean =>
  object['kind'] === 'Secret' && textOf(object['apiVersion']) === 'v1'

/** Whether a Secret is given without its values, which would then be taken away. */
export const lacksContent = (object: Json): boolean =>
  hidesContent(object) && !isObject(object['data']) && !isObject(object['stringData'])

export type DeployJob = { type: string } & Json

type Deploy = { app: string; account: string; objects: readonly Json[]; reason?: string; edit: boolean }

/** The fields of a deployManifest stage, as they are planned and as they are deployed. */
export function deployFields({ app, account, objects, edit }: Omit<Deploy, 'reason'>): Json {
  return {
    account,
    cloudProvider: 'kubernetes',
    source: 'text',
    manifests: [...objects],
    moniker: { app },
    // What is written here is meant as it is written.
    skipExpressionEvaluation: true,
    enableArtifactBinding: false,
    // The very object is edited, and no new version of it made.
    ...(edit ? { versioned: false } : {}),
  }
}

export function deployJob(d: Deploy): DeployJob {
  return { type: 'deployManifest', ...deployFields(d), ...(d.reason ? { reason: d.reason } : {}) }
}

const withPods = ['Deployment', 'StatefulSet', 'DaemonSet']

/** Whether an edit changes the pod template, so that a workload's pods are made anew. */
export function restarts(live: Json, edited: Json | undefined): boolean {
  if (!edited || !withPods.includes(textOf(live['kind']))) return false
  return (
    JSON.stringify(sorted(objectOf(live['spec'])['template'])) !==
    JSON.stringify(sorted(objectOf(edited['spec'])['template']))
  )
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  )
}
