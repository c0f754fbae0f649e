import type { Summary } from '@/api/queries'
import type { RunFilter } from '@/api/runs'
import type { RunsSearch, StatusFilter } from '@/app/search'
import { newestFirst } from '@/lib/order'
import type { Status } from '@/lib/status'
import { wanted, type Filter } from './filter'

const statuses: Record<StatusFilter, readonly Status[]> = {
  active: ['NOT_STARTED', 'RUNNING', 'PAUSED', 'SUSPENDED', 'BUFFERED'],
  waiting: ['RUNNING'],
  succeeded: ['SUCCEEDED', 'SKIPPED'],
  failed: ['TERMINAL', 'STOPPED', 'FAILED_CONTINUE'],
  canceled: ['CANCELED'],
}

const day = /^(\d{4})-(\d{2})-(\d{2})$/

/** The first millisecond of a day of this browser's calendar, or of a later one; undefined if it is none. */
export function startOf(text: string | undefined, daysLater = 0): number | undefined {
  const parts = day.exec(text ?? '')
  if (!parts) return undefined
  const [year, month, date] = [Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])]
  const at = new Date(year, month, date)
  if (at.getMonth() !== month || at.getDate() !== date) return undefined
  return new Date(year, month, date + daysLater).getTime()
}

/** What the server is asked for: days are whole, the last one too. */
export function filterOf(s: RunsSearch): RunFilter {
  const [from, end] = [startOf(s.from), startOf(s.to, 1)]
  return {
    ...(s.q ? { q: s.q } : {}),
    ...(s.application ? { application: s.application } : {}),
    ...(s.pipeline ? { pipelineName: s.pipeline } : {}),
    ...(s.status ? { statuses: statuses[s.status] } : {}),
    ...(s.trigger ? { trigger: s.trigger } : {}),
    ...(s.user ? { user: s.user } : {}),
    ...(from === undefined ? {} : { from }),
    ...(end === undefined ? {} : { to: end - 1 }),
  }
}

/**
 * What the server found, each run as it is by now, and those that have come since. The
 * words of the filter are the server's: it looks into more than a list holds.
 */
export function merged(
  found: readonly Summary[],
  live: readonly Summary[],
  f: Filter,
  more: boolean,
): Summary[] {
  const now = new Map(live.map((e) => [e.id, e]))
  const oldest = more ? (found.at(-1)?.buildTime ?? 0) : 0
  const ids = new Set(found.map((e) => e.id))
  const known = found.map((e) => now.get(e.id) ?? e).filter((e) => wanted(e, { ...f, q: undefined }))
  return [
    ...known,
    ...live.filter((e) => !ids.has(e.id) && (e.buildTime ?? 0) >= oldest && wanted(e, f)),
  ].sort(newestFirst)
}
