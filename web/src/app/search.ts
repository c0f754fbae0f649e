// What stands in the URLs' queries, read with care: anybody can write a URL.

type Raw = Record<string, unknown>

function text(raw: Raw, key: string): string | undefined {
  const value = raw[key]
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function choice<T extends string>(raw: Raw, key: string, choices: readonly T[]): T | undefined {
  return choices.find((c) => c === raw[key])
}

export type HomeSearch = {
  q?: string
  sort?: 'name' | 'updated'
  /** What the search over everything opens with. */
  find?: string
  /** A link of Deck's that there is no page for. */
  deck?: string
}
export const homeSearch = (raw: Raw): HomeSearch => ({
  q: text(raw, 'q'),
  sort: choice(raw, 'sort', ['name', 'updated']),
  find: text(raw, 'find'),
  deck: text(raw, 'deck'),
})

export const newSteps = ['name', 'what', 'where', 'preview'] as const
export type NewSearch = { step?: (typeof newSteps)[number] }
export const newSearch = (raw: Raw): NewSearch => ({ step: choice(raw, 'step', newSteps) })

export const statusFilters = ['active', 'waiting', 'succeeded', 'failed', 'canceled'] as const
export type StatusFilter = (typeof statusFilters)[number]
export type ExecutionsSearch = {
  q?: string
  pipeline?: string
  status?: StatusFilter
  group?: 'time' | 'none'
  trigger?: string
  tag?: string
  durations?: boolean
  limit?: number
  start?: string
  like?: string
  create?: boolean
  reorder?: boolean
} & Partial<Record<`param.${string}`, string>>
export const executionsSearch = (raw: Raw): ExecutionsSearch => ({
  q: text(raw, 'q'),
  pipeline: text(raw, 'pipeline'),
  status: choice(raw, 'status', statusFilters),
  group: choice(raw, 'group', ['time', 'none']),
  trigger: text(raw, 'trigger'),
  tag: text(raw, 'tag'),
  durations: raw['durations'] === true || undefined,
  limit: [10, 20, 50, 100].find((n) => n === Number(raw['limit'])),
  start: text(raw, 'start'),
  like: text(raw, 'like'),
  create: raw['create'] === true || undefined,
  reorder: raw['reorder'] === true || undefined,
  // What a pipeline is started with, by name.
  ...Object.fromEntries(
    Object.keys(raw)
      .filter((key) => key.startsWith('param.'))
      .map((key) => [key, text(raw, key)]),
  ),
})

export type PipelinesSearch = { q?: string; create?: boolean; reorder?: boolean }
export const pipelinesSearch = (raw: Raw): PipelinesSearch => ({
  q: text(raw, 'q'),
  create: raw['create'] === true || undefined,
  reorder: raw['reorder'] === true || undefined,
})

/** Which runs of a pipeline are listed, and the dialog that is open. */
export type PipelineSearch = { status?: StatusFilter; start?: boolean; like?: string; history?: boolean }
export const pipelineSearch = (raw: Raw): PipelineSearch => ({
  status: choice(raw, 'status', statusFilters),
  start: raw['start'] === true || undefined,
  like: text(raw, 'like'),
  history: raw['history'] === true || undefined,
})

export const inboxViews = ['snoozed', 'done'] as const
export type InboxSearch = { view?: (typeof inboxViews)[number] }
export const inboxSearch = (raw: Raw): InboxSearch => ({ view: choice(raw, 'view', inboxViews) })

/** Which runs are looked for, in all applications or one; days are as 2026-01-31. */
export type RunsSearch = {
  q?: string
  application?: string
  pipeline?: string
  status?: StatusFilter
  trigger?: string
  user?: string
  from?: string
  to?: string
}
export const runsSearch = (raw: Raw): RunsSearch => ({
  q: text(raw, 'q'),
  application: text(raw, 'application'),
  pipeline: text(raw, 'pipeline'),
  status: choice(raw, 'status', statusFilters),
  trigger: text(raw, 'trigger'),
  user: text(raw, 'user'),
  from: text(raw, 'from'),
  to: text(raw, 'to'),
})

/** Which events are listed, of all applications or one; the pipeline is its id. */
export type EventsSearch = {
  q?: string
  application?: string
  pipeline?: string
  type?: string
  started?: 'yes' | 'no'
}
export const eventsSearch = (raw: Raw): EventsSearch => ({
  q: text(raw, 'q'),
  application: text(raw, 'application'),
  pipeline: text(raw, 'pipeline'),
  type: text(raw, 'type'),
  started: choice(raw, 'started', ['yes', 'no']),
})

export type ExecutionSearch = {
  /** The stage's id or refId. */
  stage?: string
  /** Its place in Deck's list of stages, for links that name no other. */
  nth?: string
  view?: 'timeline' | 'report'
  tab?: string
}
export const executionSearch = (raw: Raw): ExecutionSearch => ({
  stage: text(raw, 'stage'),
  nth: text(raw, 'nth'),
  view: choice(raw, 'view', ['timeline', 'report']),
  tab: text(raw, 'tab'),
})

export const taskFilters = ['active', 'succeeded', 'failed'] as const
export type TasksSearch = { q?: string; status?: (typeof taskFilters)[number]; id?: string }
export const tasksSearch = (raw: Raw): TasksSearch => ({
  q: text(raw, 'q'),
  status: choice(raw, 'status', taskFilters),
  id: text(raw, 'id'),
})

export type CompareSearch = { with?: string; all?: boolean; stage?: string }
export const compareSearch = (raw: Raw): CompareSearch => ({
  with: text(raw, 'with'),
  all: raw['all'] === true || undefined,
  stage: text(raw, 'stage'),
})

export type EditorSearch = {
  stage?: string
  view?: 'code'
  /** The execution that expressions are tried on. */
  run?: string
  try?: boolean
}
export const editorSearch = (raw: Raw): EditorSearch => ({
  stage: text(raw, 'stage'),
  view: choice(raw, 'view', ['code']),
  run: text(raw, 'run'),
  try: raw['try'] === true || undefined,
})

export const infrastructureKinds = [
  'clusters',
  'instances',
  'loadBalancers',
  'firewalls',
  'resources',
] as const
export type InfrastructureKind = (typeof infrastructureKinds)[number]
export type InfrastructureSearch = {
  kind?: InfrastructureKind
  q?: string
  /** What is shown, each as values with commas between. */
  account?: string
  region?: string
  stack?: string
  detail?: string
  type?: string
  status?: string
  label?: string
  /** What is chosen of the list. */
  sel?: string
  /** The object that is shown in detail: its account, location and name. */
  in?: string
  at?: string
  show?: string
  tab?: string
  /** What is asked to be done with it. */
  do?: string
}
export const infrastructureSearch = (raw: Raw): InfrastructureSearch => ({
  kind: choice(raw, 'kind', infrastructureKinds),
  q: text(raw, 'q'),
  account: text(raw, 'account'),
  region: text(raw, 'region'),
  stack: text(raw, 'stack'),
  detail: text(raw, 'detail'),
  type: text(raw, 'type'),
  status: text(raw, 'status'),
  label: text(raw, 'label'),
  sel: text(raw, 'sel'),
  in: text(raw, 'in'),
  at: text(raw, 'at'),
  show: text(raw, 'show'),
  tab: text(raw, 'tab'),
  do: text(raw, 'do'),
})

export type InstanceSearch = { tab?: string; do?: string }
export const instanceSearch = (raw: Raw): InstanceSearch => ({ tab: text(raw, 'tab'), do: text(raw, 'do') })

/** Which object is edited: its account, location and name. */
export type EditSearch = { in?: string; at?: string; show?: string }
export const editSearch = (raw: Raw): EditSearch => ({
  in: text(raw, 'in'),
  at: text(raw, 'at'),
  show: text(raw, 'show'),
})

/** What a new object begins with, and where it goes. */
export type DeploySearch = { template?: string; account?: string; namespace?: string }
export const deploySearch = (raw: Raw): DeploySearch => ({
  template: text(raw, 'template'),
  account: text(raw, 'account'),
  namespace: text(raw, 'namespace'),
})

/** What is added: an account of a type, or of one that is asked for (true). */
export type AccountsSearch = { q?: string; type?: string; add?: true | string }
export const accountsSearch = (raw: Raw): AccountsSearch => ({
  q: text(raw, 'q'),
  type: text(raw, 'type'),
  add: raw['add'] === true || (typeof raw['add'] === 'string' && raw['add'] !== '' ? raw['add'] : undefined),
})

export const accountTabs = ['watch', 'test', 'agent', 'history'] as const
/** The type tells accounts apart that have the same name. */
export type AccountSearch = {
  type?: string
  tab?: (typeof accountTabs)[number]
  edit?: boolean
  /** It was just added: what comes next is offered. */
  added?: boolean
}
export const accountSearch = (raw: Raw): AccountSearch => ({
  type: text(raw, 'type'),
  tab: choice(raw, 'tab', accountTabs),
  edit: raw['edit'] === true || undefined,
  added: raw['added'] === true || undefined,
})

export type ProjectsSearch = { create?: boolean; q?: string }
export const projectsSearch = (raw: Raw): ProjectsSearch => ({
  q: text(raw, 'q'),
  create: raw['create'] === true || undefined,
})

export type ProjectSearch = { edit?: boolean }
export const projectSearch = (raw: Raw): ProjectSearch => ({ edit: raw['edit'] === true || undefined })

export type TemplatesSearch = { create?: boolean }
export const templatesSearch = (raw: Raw): TemplatesSearch => ({
  create: raw['create'] === true || undefined,
})

/** The version that is shown: its tag, or its digest. */
export type TemplateSearch = { version?: string; edit?: boolean; use?: boolean }
export const templateSearch = (raw: Raw): TemplateSearch => ({
  version: text(raw, 'version'),
  edit: raw['edit'] === true || undefined,
  use: raw['use'] === true || undefined,
})
