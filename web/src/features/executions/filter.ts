import { isObject, objectsOf, textOf } from '@/lib/json'
import { isActive, judgmentsOf } from '@/lib/status'
import type { Pipeline, Summary } from '@/api/queries'
import type { StatusFilter } from '@/app/search'

export type Filter = {
  q?: string | undefined
  pipeline?: string
  status?: StatusFilter
  trigger?: string
  tag?: string
}

export const periods = ['active', 'today', 'yesterday', 'week', 'month', 'older'] as const
export type Period = (typeof periods)[number]

export type Row =
  | {
      kind: 'pipeline'
      key: string
      name: string
      pipeline: Pipeline | undefined
      executions: number
      collapsed: boolean
    }
  | { kind: 'period'; key: string; period: Period; executions: number; collapsed: boolean }
  | { kind: 'execution'; key: string; execution: Summary; last: boolean }
  | { kind: 'none'; key: string }

const statuses: Record<StatusFilter, (e: Summary) => boolean> = {
  active: (e) => isActive(e.status),
  waiting: (e) => isActive(e.status) && judgmentsOf(e.stages).length > 0,
  succeeded: (e) => e.status === 'SUCCEEDED' || e.status === 'SKIPPED',
  failed: (e) => e.status === 'TERMINAL' || e.status === 'STOPPED' || e.status === 'FAILED_CONTINUE',
  canceled: (e) => e.status === 'CANCELED',
}

/** Whether an execution is what a filter asks for: words are looked for in names, users, ids, parameters and stages. */
export function wanted(e: Summary, f: Filter): boolean {
  if (f.pipeline !== undefined && e.name !== f.pipeline) return false
  if (f.status && !statuses[f.status](e)) return false
  if (f.trigger !== undefined && e.triggerType !== f.trigger) return false
  if (!f.q) return true
  const values = [...Object.values(e.parameters ?? {}), ...Object.values(e.source ?? {})]
  const text = [e.name, e.user, e.id, e.triggerType, e.status, ...values, ...e.stages.map((s) => s.name)]
    .join(' ')
    .toLowerCase()
  return f.q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** The tags of a pipeline, each as "name: value". */
export function tagsOf(pipeline: Pipeline | undefined): string[] {
  return objectsOf(pipeline?.['tags'])
    .map((tag) => [textOf(tag['name']), textOf(tag['value'])].filter(Boolean).join(': '))
    .filter(Boolean)
}

/** The parameters that are to be seen at a glance, with their values. */
export function pinnedOf(pipeline: Pipeline | undefined, e: Summary): [string, string][] {
  return objectsOf(pipeline?.parameterConfig).flatMap((p): [string, string][] => {
    const value = e.parameters?.[textOf(p['name'])]
    return p['pinned'] === true && value ? [[textOf(p['label']) || textOf(p['name']), value]] : []
  })
}

// What runs comes first, whenever it was started.
const activeFirst = (a: Summary, b: Summary) => Number(isActive(b.status)) - Number(isActive(a.status))

type Collapsed = ReadonlySet<string>
const nothing: Collapsed = new Set()

function put(rows: Row[], executions: readonly Summary[]): void {
  executions.forEach((execution, i) =>
    rows.push({ kind: 'execution', key: execution.id, execution, last: i === executions.length - 1 }),
  )
}

/** The rows of a list that is grouped by pipeline: each with its newest executions below it. */
export function grouped(
  pipelines: readonly Pipeline[],
  executions: readonly Summary[],
  f: Filter,
  collapsed: Collapsed = nothing,
): Row[] {
  const configs = new Map(pipelines.map((p) => [p.name ?? '', p]))
  const tagged = (name: string) => f.tag === undefined || tagsOf(configs.get(name)).includes(f.tag)
  const byName = new Map<string, Summary[]>()
  for (const e of executions) {
    if (!wanted(e, f) || !tagged(e.name ?? '')) continue
    const list = byName.get(e.name ?? '')
    if (list) list.push(e)
    else byName.set(e.name ?? '', [e])
  }
  const q = f.q?.toLowerCase() ?? ''
  const names = new Set([...configs.keys(), ...byName.keys()])
  const rows: Row[] = []
  for (const name of names) {
    const found = (byName.get(name) ?? []).toSorted(activeFirst)
    const named =
      tagged(name) && (f.pipeline === undefined ? name.toLowerCase().includes(q) : name === f.pipeline)
    // A pipeline without executions is there to be started, unless others are looked for.
    if (found.length === 0 && (!named || f.status || f.trigger !== undefined)) continue
    const key = `p ${name}`
    rows.push({
      kind: 'pipeline',
      key,
      name,
      pipeline: configs.get(name),
      executions: found.length,
      collapsed: collapsed.has(key),
    })
    if (collapsed.has(key)) continue
    put(rows, found)
    if (found.length === 0) rows.push({ kind: 'none', key: `n ${name}` })
  }
  return rows
}

const day = 86_400_000

/** How long ago something was, as people say it: what runs is of now. */
export function periodOf(e: Summary, now: number): Period {
  if (isActive(e.status)) return 'active'
  const midnight = new Date(now).setHours(0, 0, 0, 0)
  const at = e.startTime ?? e.buildTime ?? 0
  if (at >= midnight) return 'today'
  if (at >= midnight - day) return 'yesterday'
  if (at >= midnight - 6 * day) return 'week'
  return at >= midnight - 29 * day ? 'month' : 'older'
}

/** The rows of a list by time: what runs, then day by day. */
export function byPeriod(
  pipelines: readonly Pipeline[],
  executions: readonly Summary[],
  f: Filter,
  now: number,
  collapsed: Collapsed = nothing,
): Row[] {
  const found = tagged(pipelines, executions, f)
  return periods.flatMap((period): Row[] => {
    const of = found.filter((e) => periodOf(e, now) === period)
    if (of.length === 0) return []
    const key = `t ${period}`
    const rows: Row[] = [
      { kind: 'period', key, period, executions: of.length, collapsed: collapsed.has(key) },
    ]
    if (!collapsed.has(key)) put(rows, of)
    return rows
  })
}

function tagged(pipelines: readonly Pipeline[], executions: readonly Summary[], f: Filter): Summary[] {
  const configs =
    f.tag === undefined
      ? undefined
      : new Set(pipelines.filter((p) => tagsOf(p).includes(f.tag ?? '')).map((p) => p.name))
  return executions.filter((e) => wanted(e, f) && (!configs || configs.has(e.name)))
}

/** The rows of a list without groups: what runs, then the newest first. */
export function flat(pipelines: readonly Pipeline[], executions: readonly Summary[], f: Filter): Row[] {
  const rows: Row[] = []
  put(rows, tagged(pipelines, executions, f).toSorted(activeFirst))
  return rows
}

const key = (app: string) => `gennaker.collapsed.${app}`

/** The groups that were folded in this browser. */
export function collapsedIn(app: string): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key(app)) ?? '[]')
    return Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []
  } catch {
    return []
  }
}

export function keepCollapsed(app: string, groups: readonly string[]): void {
  localStorage.setItem(key(app), JSON.stringify(groups))
}

/** Where an execution came from, in a few words: a tag, a branch, a build. */
export function sourceText(e: Summary): string {
  const s = isObject(e.source) ? e.source : {}
  const commit = [s['branch'], s['hash']?.slice(0, 7)].filter(Boolean).join('@')
  return (
    s['tag'] ?? (commit || (s['buildNumber'] ? `#${s['buildNumber']}` : (s['version'] ?? s['source'] ?? '')))
  )
}
