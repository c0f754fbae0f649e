import { isObject, type Json } from '@/lib/json'
import { read } from '@/lib/texts'
import { applicationNameProblem, isHost, isNamespace, isQuantity, isRelease, isVariable } from './names'
import { parseImage } from './image'
import { isRepository, isWebAddress } from './source'
import { importedOf } from './imported'

// What has been answered so far. All of it is kept for the session, so that nothing
// is lost on a reload, whatever was made of it by then.

export const kinds = ['image', 'repository', 'chart', 'import', 'nothing'] as const
export type Kind = (typeof kinds)[number]
export const exposures = ['none', 'cluster', 'outside'] as const
export const strategies = ['rolling', 'recreate', 'bluegreen'] as const
export const pushes = ['auto', 'yes', 'no'] as const
export const ways = ['straight', 'ask', 'staged'] as const

export type Place = { account: string; namespace: string }

export type Draft = {
  name: string
  email: string
  description: string
  kind: Kind
  image: {
    image: string
    port: string
    replicas: string
    expose: (typeof exposures)[number]
    host: string
    check: string
    cpu: string
    memory: string
    cpuLimit: string
    memoryLimit: string
    pullSecret: string
    env: { name: string; value: string }[]
  }
  repository: {
    from: 'git' | 'file'
    account: string
    url: string
    branch: string
    path: string
    /** Whether pushes start the pipeline; if nobody has said so, they do if the webhook can be created. */
    push: (typeof pushes)[number]
    fileAccount: string
    file: string
  }
  chart: {
    from: 'account' | 'address' | 'archive'
    account: string
    address: string
    archive: string
    name: string
    version: string
    url: string
    release: string
    values: string
  }
  text: string
  place: Place
  first: Place
  makeNamespace: boolean
  way: (typeof ways)[number]
  strategy: (typeof strategies)[number]
  parameter: boolean
  pipeline: string
  /** What is there by now. */
  made: { application?: string; pipeline?: string; webhook?: string; execution?: string }
}

export const emptyDraft: Draft = {
  name: '',
  email: '',
  description: '',
  kind: 'image',
  image: {
    image: '',
    port: '80',
    replicas: '2',
    expose: 'cluster',
    host: '',
    check: '',
    cpu: '100m',
    memory: '128Mi',
    cpuLimit: '',
    memoryLimit: '512Mi',
    pullSecret: '',
    env: [],
  },
  repository: {
    from: 'git',
    account: '',
    url: '',
    branch: 'main',
    path: '',
    push: 'auto',
    fileAccount: '',
    file: '',
  },
  chart: {
    from: 'address',
    account: '',
    address: '',
    archive: '',
    name: '',
    version: '',
    url: '',
    release: '',
    values: '',
  },
  text: '',
  place: { account: '', namespace: 'default' },
  first: { account: '', namespace: 'staging' },
  makeNamespace: true,
  way: 'straight',
  strategy: 'rolling',
  parameter: true,
  pipeline: '',
  made: {},
}

const stored = 'gennaker.new'

/** The draft of this session; what can't be read of it is as in an empty one. */
export function keptDraft(): Draft {
  try {
    return readDraft(JSON.parse(sessionStorage.getItem(stored) ?? '{}'))
  } catch {
    return emptyDraft
  }
}

/** A draft from what was kept: a choice that is none, or a value of another kind, is as in an empty one. */
export function readDraft(kept: unknown): Draft {
  const d = over(emptyDraft, kept)
  const one = <T extends string>(choices: readonly T[], value: T, standard: T) =>
    choices.includes(value) ? value : standard
  return {
    ...d,
    kind: one(kinds, d.kind, 'image'),
    way: one(ways, d.way, 'straight'),
    strategy: one(strategies, d.strategy, 'rolling'),
    image: {
      ...d.image,
      expose: one(exposures, d.image.expose, 'cluster'),
      env: d.image.env.map((e) => over({ name: '', value: '' }, e)),
    },
    repository: {
      ...d.repository,
      from: one(['git', 'file'], d.repository.from, 'git'),
      push: one(pushes, d.repository.push, 'auto'),
    },
    chart: { ...d.chart, from: one(['account', 'address', 'archive'], d.chart.from, 'address') },
  }
}

export function keepDraft(draft: Draft | undefined): void {
  try {
    if (draft) sessionStorage.setItem(stored, JSON.stringify(draft))
    else sessionStorage.removeItem(stored)
  } catch {
    // No room, or none allowed: what is written stays on the page.
  }
}

/** What is given, where it is of the same kind as what it takes the place of. */
function over<T>(base: T, given: unknown): T {
  if (!isObject(base))
    return typeof given === typeof base && Array.isArray(given) === Array.isArray(base) ? (given as T) : base
  if (!isObject(given)) return base
  const known = Object.entries(base).map(([key, value]) => [
    key,
    key === 'made' && isObject(given[key]) ? texts(given[key]) : over(value, given[key]),
  ])
  return Object.fromEntries(known) as T
}

const texts = (of: Json) => Object.fromEntries(Object.entries(of).filter(([, v]) => typeof v === 'string'))

export const steps = ['name', 'what', 'where', 'preview'] as const
export type Step = (typeof steps)[number]

/** The steps that a kind goes through. */
export function stepsOf(kind: Kind): Step[] {
  return kind === 'nothing' ? ['name', 'what'] : kind === 'import' ? ['name', 'what', 'preview'] : [...steps]
}

export type ProblemKey =
  | 'nameMissing'
  | 'nameInvalid'
  | 'nameLong'
  | 'taken'
  | 'emailInvalid'
  | 'imageMissing'
  | 'imageInvalid'
  | 'portInvalid'
  | 'portMissing'
  | 'replicasInvalid'
  | 'hostInvalid'
  | 'checkInvalid'
  | 'quantityInvalid'
  | 'envInvalid'
  | 'urlMissing'
  | 'urlInvalid'
  | 'branchMissing'
  | 'pathInvalid'
  | 'addressInvalid'
  | 'chartMissing'
  | 'versionMissing'
  | 'releaseInvalid'
  | 'valuesInvalid'
  | 'textInvalid'
  | 'accountMissing'
  | 'namespaceInvalid'
  | 'samePlace'
  | 'needsService'

export type Field =
  | 'name'
  | 'email'
  | 'image'
  | 'port'
  | 'replicas'
  | 'host'
  | 'check'
  | 'cpu'
  | 'memory'
  | 'cpuLimit'
  | 'memoryLimit'
  | 'env'
  | 'url'
  | 'branch'
  | 'path'
  | 'file'
  | 'address'
  | 'archive'
  | 'chart'
  | 'version'
  | 'release'
  | 'values'
  | 'text'
  | 'account'
  | 'namespace'
  | 'firstAccount'
  | 'firstNamespace'
  | 'strategy'
export type Problems = Partial<Record<Field, ProblemKey>>
type Found = Partial<Record<Field, ProblemKey | undefined>>

const isNumber = (text: string, from: number, to: number) =>
  /^\d{1,6}$/.test(text) && Number(text) >= from && Number(text) <= to

/** What is wrong in a step. The names of applications that there are come from the server. */
export function problemsOf(step: Step, d: Draft, taken: ReadonlySet<string> = new Set()): Problems {
  switch (step) {
    case 'name': {
      const name =
        applicationNameProblem(d.name) ??
        (taken.has(d.name.trim().toLowerCase()) && d.made.application !== d.name.trim().toLowerCase()
          ? 'taken'
          : undefined)
      return found({ name, email: /^\S+@\S+$/.test(d.email.trim()) ? undefined : 'emailInvalid' })
    }
    case 'what':
      return found(
        d.kind === 'image'
          ? imageProblems(d.image)
          : d.kind === 'repository'
            ? repositoryProblems(d.repository)
            : d.kind === 'chart'
              ? chartProblems(d.chart)
              : d.kind === 'import'
                ? { text: 'problem' in importedOf(d.text) ? 'textInvalid' : undefined }
                : {},
      )
    case 'where':
      return found(placeProblems(d))
    case 'preview':
      return {}
  }
}

function found(all: Found): Problems {
  return Object.fromEntries(Object.entries(all).filter(([, problem]) => problem !== undefined))
}

function imageProblems(i: Draft['image']): Found {
  const quantity = (text: string) => (isQuantity(text.trim()) ? undefined : ('quantityInvalid' as const))
  return {
    image: i.image.trim() === '' ? 'imageMissing' : parseImage(i.image) ? undefined : 'imageInvalid',
    port:
      i.port.trim() === ''
        ? i.expose === 'none'
          ? undefined
          : 'portMissing'
        : isNumber(i.port.trim(), 1, 65_535)
          ? undefined
          : 'portInvalid',
    replicas: isNumber(i.replicas.trim(), 0, 10_000) ? undefined : 'replicasInvalid',
    host: i.expose !== 'outside' || isHost(i.host.trim()) ? undefined : 'hostInvalid',
    check: i.check.trim() === '' || /^\/\S*$/.test(i.check.trim()) ? undefined : 'checkInvalid',
    cpu: quantity(i.cpu),
    memory: quantity(i.memory),
    cpuLimit: quantity(i.cpuLimit),
    memoryLimit: quantity(i.memoryLimit),
    env: i.env.every((e) => (e.name === '' && e.value === '') || isVariable(e.name))
      ? undefined
      : 'envInvalid',
  }
}

function repositoryProblems(r: Draft['repository']): Found {
  if (r.from === 'file')
    return {
      file: r.file.trim() === '' ? 'urlMissing' : isWebAddress(r.file.trim()) ? undefined : 'addressInvalid',
    }
  return {
    url: r.url.trim() === '' ? 'urlMissing' : isRepository(r.url.trim()) ? undefined : 'urlInvalid',
    branch: r.branch.trim() === '' || /\s/.test(r.branch.trim()) ? 'branchMissing' : undefined,
    path: `/${r.path}/`.includes('/../') ? 'pathInvalid' : undefined,
  }
}

function chartProblems(c: Draft['chart']): Found {
  const release =
    c.release.trim() === '' || isRelease(c.release.trim()) ? undefined : ('releaseInvalid' as const)
  const values =
    c.values.trim() === '' || 'value' in read(c.values, 'yaml') ? undefined : ('valuesInvalid' as const)
  if (c.from === 'archive')
    return {
      archive:
        c.archive.trim() === ''
          ? 'urlMissing'
          : isWebAddress(c.archive.trim())
            ? undefined
            : 'addressInvalid',
      release,
      values,
    }
  return {
    address:
      c.from !== 'address'
        ? undefined
        : c.address.trim() === ''
          ? 'urlMissing'
          : isWebAddress(c.address.trim())
            ? undefined
            : 'addressInvalid',
    chart: c.name.trim() === '' ? 'chartMissing' : undefined,
    version: c.version.trim() === '' || (c.from === 'address' && c.url === '') ? 'versionMissing' : undefined,
    release,
    values,
  }
}

function placeProblems(d: Draft): Found {
  const namespace = (p: Place) =>
    isNamespace(p.namespace.trim()) ? undefined : ('namespaceInvalid' as const)
  const staged = d.way === 'staged'
  const same = d.first.account === d.place.account && d.first.namespace.trim() === d.place.namespace.trim()
  return {
    account: d.place.account === '' ? 'accountMissing' : undefined,
    namespace: namespace(d.place),
    firstAccount: staged && d.first.account === '' ? 'accountMissing' : undefined,
    firstNamespace: !staged ? undefined : same ? 'samePlace' : namespace(d.first),
    strategy:
      d.kind === 'image' && d.strategy === 'bluegreen' && d.image.expose === 'none'
        ? 'needsService'
        : undefined,
  }
}
