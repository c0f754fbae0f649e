import { isObject, objectsOf, textOf, type Json } from '@/lib/json'

// Templates of pipelines as the server lists them: each of their versions is one of
// the list.

export type Version = {
  tag: string
  digest: string
  body: Json
  /** When it was saved; milliseconds since the epoch, undefined where it doesn't say. */
  at?: number
  by: string
}

export type Template = {
  id: string
  /** v2, or 1. */
  schema: string
  name: string
  description: string
  owner: string
  scopes: string[]
  /** Those with tags first, the latest before others, then the newest. */
  versions: Version[]
}

/** nameOf is what a version is known by in URLs: its digest, or its tag. */
export const nameOf = (v: Version) => v.digest || v.tag

const order = (v: Version) => (v.digest !== '' ? 2 : v.tag === '' || v.tag === 'latest' ? 0 : 1)

/** All templates by their names, of a list with all their versions. */
export function templatesOf(list: readonly Json[]): Template[] {
  const byId = new Map<string, Json[]>()
  for (const body of list) {
    const id = textOf(body['id'])
    const others = byId.get(id)
    if (others) others.push(body)
    else byId.set(id, [body])
  }
  return [...byId]
    .map(([id, bodies]) => templateOf(id, bodies))
    .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
}

function templateOf(id: string, bodies: readonly Json[]): Template {
  const versions = bodies.map(versionOf).sort((a, b) => order(a) - order(b) || (b.at ?? 0) - (a.at ?? 0))
  const body = versions[0]?.body ?? {}
  const metadata = isObject(body['metadata']) ? body['metadata'] : {}
  const scopes: unknown = metadata['scopes']
  return {
    id,
    versions,
    schema: textOf(body['schema']),
    name: textOf(metadata['name']) || id,
    description: textOf(metadata['description']),
    owner: textOf(metadata['owner']),
    scopes: Array.isArray(scopes) ? scopes.map(textOf) : [],
  }
}

function versionOf(body: Json): Version {
  const at = Number(textOf(body['updateTs']))
  const digest = textOf(body['digest'])
  return {
    body,
    digest,
    tag: digest === '' ? textOf(body['tag']) : '',
    at: Number.isFinite(at) && at > 0 ? at : undefined,
    by: textOf(body['lastModifiedBy']),
  }
}

const added = new Set(['updateTs', 'lastModifiedBy', 'digest', 'tag', 'lastModified', 'createTs'])
const firstKeys = ['schema', 'id', 'metadata', 'protect', 'variables']

/** What a person writes of a template: all but what the server adds, what it is called first. */
export function contentOf(body: Json): Json {
  const own = Object.entries(body).filter(([key]) => !added.has(key))
  const rank = (key: string) => (firstKeys.includes(key) ? firstKeys.indexOf(key) : firstKeys.length)
  return Object.fromEntries(own.sort(([a], [b]) => rank(a) - rank(b)))
}

export type Variable = {
  name: string
  type: string
  description: string
  default: unknown
  example: string
  required: boolean
}

export function variablesOf(body: Json): Variable[] {
  return objectsOf(body['variables']).flatMap((v) => {
    const name = textOf(v['name'])
    if (name === '') return []
    const given = v['defaultValue'] !== undefined && v['defaultValue'] !== null
    return [
      {
        name,
        type: textOf(v['type']).toLowerCase() || 'object',
        description: textOf(v['description']),
        default: given ? v['defaultValue'] : undefined,
        example: textOf(v['example']),
        required: !given && v['nullable'] !== true,
      },
    ]
  })
}

/** A reference as pipelines have it: to the latest version, where no other is named. */
export function referenceTo(id: string, version?: Pick<Version, 'tag' | 'digest'>): string {
  if (version?.digest) return `spinnaker://${id}@sha256:${version.digest}`
  return `spinnaker://${id}${version?.tag ? `:${version.tag}` : ''}`
}

/** The parts of a reference; undefined where it is none of this kind. */
export function partsOf(reference: string): { id: string; tag: string; digest: string } | undefined {
  const found = /^spinnaker:\/\/([^:@]+)(?::([^@]+)|@sha256:(.+))?$/.exec(reference)
  return found ? { id: found[1] ?? '', tag: found[2] ?? '', digest: found[3] ?? '' } : undefined
}

/** A pipeline that is made of a template. */
export function pipelineFrom(reference: string, application: string, name: string, variables: Json): Json {
  return {
    application,
    name,
    schema: 'v2',
    type: 'templatedPipeline',
    template: { artifactAccount: 'front50ArtifactCredentials', type: 'front50/pipelineTemplate', reference },
    variables,
    exclude: [],
    triggers: [],
    parameters: [],
    notifications: [],
    stages: [],
  }
}

export const isTemplated = (pipeline: Json): boolean =>
  pipeline['type'] === 'templatedPipeline' || isObject(pipeline['template'])

const ofPipeline = [
  'id',
  'name',
  'application',
  'index',
  'updateTs',
  'createTs',
  'lastModified',
  'lastModifiedBy',
  'locked',
  'disabled',
  'email',
  'createdAt',
  'updatedAt',
  'type',
  'schema',
]

/** A template of a pipeline, without variables yet. */
export function templateFrom(
  pipeline: Json,
  about: { id: string; name: string; description: string; owner: string; scopes: string[] },
): Json {
  const { id, ...metadata } = about
  const own = Object.fromEntries(
    Object.entries(structuredClone(pipeline)).filter(([key]) => !ofPipeline.includes(key)),
  )
  const triggers = objectsOf(own['triggers']).map((t) =>
    Object.fromEntries(Object.entries(t).filter(([key]) => key !== 'id')),
  )
  return {
    schema: 'v2',
    id,
    metadata,
    protect: false,
    variables: [],
    pipeline: { ...own, ...(triggers.length > 0 ? { triggers } : {}) },
  }
}

/** An id that fits a name. */
export function idFor(...parts: string[]): string {
  return (
    parts
      .join('-')
      .normalize('NFKD')
      .replace(/[^\w.-]+/g, '-')
      .replace(/-{2,}/g, '-')
      .replace(/^-+|-+$/g, '') || 'template'
  )
}

/** An ordinary pipeline of what a pipeline with a template would be started as. */
export function detached(pipeline: Json, planned: Json): Json {
  const left = new Set(['schema', 'type', 'template', 'variables', 'exclude', 'config', 'parameters'])
  const made = new Set([
    'source',
    'templateVariables',
    'id',
    'name',
    'application',
    'disabled',
    'index',
    'updateTs',
    'lastModifiedBy',
    'template',
    'type',
    'schema',
  ])
  const own = Object.fromEntries(Object.entries(pipeline).filter(([key]) => !left.has(key)))
  const plan = Object.fromEntries(Object.entries(planned).filter(([key]) => !made.has(key)))
  const plain = (list: unknown) =>
    Array.isArray(list)
      ? list.map((x: unknown) =>
          isObject(x) ? Object.fromEntries(Object.entries(x).filter(([key]) => key !== 'inherited')) : x,
        )
      : list
  return {
    ...own,
    ...plan,
    ...Object.fromEntries(
      ['triggers', 'notifications', 'parameterConfig', 'stages'].flatMap((key) =>
        plan[key] === undefined ? [] : [[key, plain(plan[key])]],
      ),
    ),
  }
}

/** What a new template begins with. */
export const example: Json = {
  schema: 'v2',
  id: 'my-template',
  metadata: {
    name: 'My template',
    description: 'What it is for',
    owner: 'me@example.com',
    scopes: ['global'],
  },
  protect: false,
  variables: [{ name: 'seconds', type: 'int', description: 'How long to wait', defaultValue: 30 }],
  pipeline: {
    limitConcurrent: true,
    keepWaitingPipelines: false,
    triggers: [],
    parameterConfig: [],
    notifications: [],
    stages: [
      {
        refId: '1',
        type: 'wait',
        name: 'Wait',
        requisiteStageRefIds: [],
        waitTime: '${ templateVariables.seconds }',
      },
    ],
  },
}
