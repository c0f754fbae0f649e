import { nextRef, setField } from '@/features/editor/model'
import type { Schemas } from '@/api/client'
import type { Json } from '@/lib/json'
import type { Draft, Place } from './draft'
import { importedOf } from './imported'
import { asked, parseImage } from './image'
import { forFirst, manifestsOf, nameOf, namespaceManifest } from './manifests'
import { applicationName } from './names'
import { pushTrigger, type Push } from './push'
import { fileOf } from './source'

// The pipeline that a draft comes to: ordinary JSON of Spinnaker's.

/** What stages are called, in the language of who makes them. */
export type Words = {
  deploy: string
  deployTo: string
  network: string
  networkIn: string
  plan: string
  ask: string
  askText: string
  askFirst: string
  tag: string
  digest: string
  branch: string
  version: string
}

type Stage = Json & { refId: string; type: string; name: string; requisiteStageRefIds: string[] }

/** Puts stages one after the other. */
function inLine(stages: readonly Json[]): Stage[] {
  const out: Stage[] = []
  for (const s of stages) {
    const before = out.at(-1)
    out.push({ ...s, refId: nextRef(out), requisiteStageRefIds: before ? [before.refId] : [] } as Stage)
  }
  return out
}

export const pipelineName = (d: Draft, words: Words) => d.pipeline.trim() || words.deploy

/** The pipeline of a draft, without an id. */
export function pipelineOf(d: Draft, words: Words, fileType = 'http/file', push?: Push): Json {
  const application = applicationName(d.name)
  if (d.kind === 'import') {
    const read = importedOf(d.text)
    const own = 'pipeline' in read ? read.pipeline : {}
    return { ...own, application, name: d.pipeline.trim() || (own['name'] as string) || words.deploy }
  }
  const parameterConfig = parameters(d, words, fileType)
  return {
    application,
    name: pipelineName(d, words),
    ...(parameterConfig.length > 0 ? { parameterConfig } : {}),
    limitConcurrent: true,
    keepWaitingPipelines: false,
    spelEvaluator: 'v4',
    stages: inLine(stages(d, words, fileType)),
    triggers: push ? [pushTrigger(push)] : [],
  }
}

function stages(d: Draft, words: Words, fileType: string): Json[] {
  const fill = (text: string, p: Place) => text.replace('{namespace}', p.namespace.trim())
  const judgment = (name: string, instructions: string): Json => ({
    type: 'manualJudgment',
    name,
    instructions,
    judgmentInputs: [],
    failPipeline: true,
    notifications: [],
  })
  const to = (p: Place, deploy: string, network: string) => deployStages(d, p, deploy, network, fileType)
  switch (d.way) {
    case 'straight':
      return to(d.place, words.deploy, words.network)
    case 'ask':
      return [
        { ...planned(d, words, fileType), name: words.plan },
        judgment(words.ask, `\${#stage("${words.plan}").outputs.manifestPlan.text}`),
        ...to(d.place, words.deploy, words.network),
      ]
    case 'staged':
      return [
        ...to(d.first, fill(words.deployTo, d.first), fill(words.networkIn, d.first)),
        judgment(fill(words.askFirst, d.place), fill(words.askText, d.first)),
        ...to(d.place, fill(words.deployTo, d.place), fill(words.networkIn, d.place)),
      ]
  }
}

// A stage that only plans. Traffic can be planned only once its service is there.
function planned(d: Draft, words: Words, fileType: string): Json {
  const last = deployStages(d, d.place, words.plan, words.network, fileType)
  const manifests = last.flatMap((s) => (Array.isArray(s['manifests']) ? (s['manifests'] as Json[]) : []))
  return {
    ...setField(last.at(-1) ?? {}, 'trafficManagement', undefined),
    ...(manifests.length > 0 ? { manifests } : {}),
    plan: true,
  }
}

const traffic = (d: Draft): Json => ({
  trafficManagement: {
    enabled: true,
    options: { enableTraffic: true, services: [`service ${nameOf(d)}`], strategy: 'bluegreen' },
  },
})

// The stages that deploy to a place: one, or where traffic is switched, first what leads to the pods.
function deployStages(
  d: Draft,
  p: Place,
  name: string,
  network: string,
  fileType: string,
  literal = false,
): Json[] {
  const base: Json = { cloudProvider: 'kubernetes', account: p.account }
  const namespace = p.namespace.trim()
  const deploy: Json = {
    ...base,
    type: 'deployManifest',
    moniker: { app: applicationName(d.name) },
    namespaceOverride: namespace,
    skipExpressionEvaluation: false,
  }
  if (d.kind === 'chart')
    return [
      {
        ...base,
        type: 'helmUpgrade',
        name,
        namespace,
        releaseName: releaseOf(d),
        chartArtifact: chartArtifact(d, literal),
        ...(d.chart.values.trim() === '' ? {} : { values: d.chart.values }),
        createNamespace: makesNamespace(d, namespace),
      },
    ]
  if (d.kind === 'repository')
    return [{ ...deploy, name, source: 'artifact', manifestArtifact: manifestArtifact(d, fileType, literal) }]
  const { network: leading, workload } = manifestsOf(d, literal)
  const own = p === d.first ? forFirst(leading, namespace) : leading
  const before = [...(makesNamespace(d, namespace) ? [namespaceManifest(namespace)] : []), ...own]
  if (d.strategy !== 'bluegreen')
    return [{ ...deploy, name, source: 'text', manifests: [...before, workload] }]
  return [
    { ...deploy, name: network, source: 'text', manifests: before },
    { ...deploy, name, source: 'text', manifests: [workload], ...traffic(d) },
  ]
}

const makesNamespace = (d: Draft, namespace: string) => d.makeNamespace && namespace !== 'default'

export const releaseOf = (d: Draft) => d.chart.release.trim() || nameOf(d).slice(0, 53).replace(/-+$/, '')

function chartArtifact({ chart: c, parameter }: Draft, literal: boolean): Json {
  if (c.from === 'account')
    return {
      type: 'helm/chart',
      artifactAccount: c.account,
      name: c.name.trim(),
      version: parameter && !literal ? '${parameters.version}' : c.version.trim(),
    }
  const reference = c.from === 'archive' ? c.archive.trim() : c.url
  const asks = c.from === 'address' && parameter && !literal && reference.includes(c.version)
  return {
    type: 'http/file',
    name: c.name.trim() || reference,
    reference: asks ? reference.replaceAll(c.version, '${parameters.version}') : reference,
  }
}

function manifestArtifact({ repository: r, parameter }: Draft, fileType: string, literal: boolean): Json {
  const branch = (text: string) => (parameter && !literal ? '${parameters.branch}' : text)
  if (r.from === 'file') {
    const { reference, version } = fileOf(r.file, fileType)
    return {
      type: fileType,
      ...(r.fileAccount ? { artifactAccount: r.fileAccount } : {}),
      name: reference,
      reference,
      ...(version === undefined ? {} : { version: branch(version) }),
    }
  }
  const path = r.path.trim().replace(/^\/+|\/+$/g, '')
  return {
    type: 'git/repo',
    ...(r.account ? { artifactAccount: r.account } : {}),
    name: r.url.trim(),
    reference: r.url.trim(),
    version: branch(r.branch.trim()),
    ...(path ? { location: path } : {}),
  }
}

/** What a pipeline asks for at each start. */
function parameters(d: Draft, words: Words, fileType: string): Json[] {
  const one = (name: string, label: string, standard: string): Json[] => [
    {
      name,
      label,
      required: true,
      default: standard,
      description: '',
      hasOptions: false,
      options: [],
      pinned: true,
    },
  ]
  if (!d.parameter) return []
  if (d.kind === 'image') {
    const image = parseImage(d.image.image)
    if (!image) return []
    const what = asked(image)
    return one(what.name, words[what.name], what.default)
  }
  if (d.kind === 'repository') {
    const { repository: r } = d
    const version = r.from === 'git' ? r.branch.trim() : fileOf(r.file, fileType).version
    return version ? one('branch', words.branch, version) : []
  }
  const { chart: c } = d
  return c.from === 'account' || (c.from === 'address' && c.url.includes(c.version))
    ? one('version', words.version, c.version.trim())
    : []
}

/** What is asked of the server to see what would change: all that is deployed to the place, with what is asked for as it is at first. */
export function planOf(d: Draft, fileType = 'http/file'): Schemas['ManifestPlanRequest'] {
  const all = deployStages(d, d.place, '', '', fileType, true)
  const manifests = all.flatMap((s) => (Array.isArray(s['manifests']) ? (s['manifests'] as Json[]) : []))
  return {
    ...setField(all.at(-1) ?? {}, 'trafficManagement', undefined),
    account: d.place.account,
    application: applicationName(d.name),
    type: d.kind === 'chart' ? 'helmUpgrade' : 'deployManifest',
    ...(manifests.length > 0 ? { manifests } : {}),
  }
}

/** What an execution is started with: the parameters as they are at first. */
export function firstParameters(pipeline: Json): Record<string, unknown> {
  const list = Array.isArray(pipeline['parameterConfig'])
    ? (pipeline['parameterConfig'] as { name?: string; default?: unknown }[])
    : []
  return Object.fromEntries(list.flatMap((p) => (p.name ? [[p.name, p.default ?? '']] : [])))
}
