import { isActive } from '@/lib/status'
import type { Pipeline, Summary } from '@/api/queries'
import type { StatusFilter } from '@/app/search'

export type Filter = { q?: string; pipeline?: string; status?: StatusFilter }

export type Row =
  | { kind: 'pipeline'; key: string; name: string; pipeline: Pipeline | undefined; executions: number }
  | { kind: 'execution'; key: string; execution: Summary; last: boolean }
  /** A pipeline that was not run, or whose executions are still on their way. */
  | { kind: 'none' | 'coming'; key: string }

const statuses: Record<StatusFilter, (status: string) => boolean> = {
  active: isActive,
  succeeded: (s) => s === 'SUCCEEDED' || s === 'SKIPPED',
  failed: (s) => s === 'TERMINAL' || s === 'STOPPED' || s === 'FAILED_CONTINUE',
  canceled: (s) => s === 'CANCELED',
}

/** Whether an execution is what a filter asks for: words are looked for in names, users, ids and stages. */
export function wanted(e: Summary, f: Filter): boolean {
  if (f.pipeline !== undefined && e.name !== f.pipeline) return false
  if (f.status && !statuses[f.status](e.status)) return false
  if (!f.q) return true
  const text = textOf(e)
  return f.q.toLowerCase().split(/\s+/).every((word) => text.includes(word))
}

// Thousands are looked through at each key.
const texts = new WeakMap<Summary, string>()

function textOf(e: Summary): string {
  let text = texts.get(e)
  if (text === undefined) {
    text = [e.name, e.user, e.id, e.triggerType, e.status, ...e.stages.map((s) => s.name)].join(' ').toLowerCase()
    texts.set(e, text)
  }
  return text
}

/**
 * The rows of a list that is grouped by pipeline: each with its newest executions
 * below it. The pipelines are there before their executions, which may be many.
 */
export function grouped(pipelines: readonly Pipeline[], executions: readonly Summary[] | undefined, f: Filter): Row[] {
  const byName = new Map<string, Summary[]>()
  for (const e of executions ?? []) {
    if (!wanted(e, f)) continue
    const list = byName.get(e.name ?? '')
    if (list) list.push(e)
    else byName.set(e.name ?? '', [e])
  }
  const configs = new Map(pipelines.map((p) => [p.name ?? '', p]))
  const q = f.q?.toLowerCase() ?? ''
  const names = new Set([...configs.keys(), ...byName.keys()])
  const rows: Row[] = []
  for (const name of names) {
    const found = byName.get(name) ?? []
    const named = f.pipeline === undefined ? name.toLowerCase().includes(q) : name === f.pipeline
    // A pipeline without executions is there to be started, unless others are looked for.
    if (found.length === 0 && (!named || f.status)) continue
    rows.push({ kind: 'pipeline', key: `p ${name}`, name, pipeline: configs.get(name), executions: found.length })
    found.forEach((execution, i) => rows.push({ kind: 'execution', key: execution.id, execution, last: i === found.length - 1 }))
    if (found.length === 0) rows.push({ kind: executions ? 'none' : 'coming', key: `n ${name}` })
  }
  return rows
}

/** The rows of a list by time alone. */
export function byTime(executions: readonly Summary[], f: Filter): Row[] {
  const found = executions.filter((e) => wanted(e, f))
  return found.map((execution, i) => ({ kind: 'execution', key: execution.id, execution, last: i === found.length - 1 }))
}
