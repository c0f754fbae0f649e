import type { Summary } from '@/api/queries'
import { isActive, toneOf } from '@/lib/status'

/** What the newest finished runs of a pipeline say about it. */
export type Stats = {
  /** How many runs this is about. */
  runs: number
  /** The share that succeeded, from 0 to 1; canceled runs count neither way. Undefined if none counts. */
  success: number | undefined
  /** In milliseconds; undefined if no run has both its times. */
  median: number | undefined
  slowest: number | undefined
  /** The newest run that failed. */
  failure: Summary | undefined
}

const most = 50

/** Runs by the id of their pipeline, in the order given. */
export function runsByPipeline(runs: readonly Summary[]): ReadonlyMap<string, readonly Summary[]> {
  const out = new Map<string, Summary[]>()
  for (const run of runs) {
    const list = out.get(run.pipelineConfigId ?? '')
    if (list) list.push(run)
    else out.set(run.pipelineConfigId ?? '', [run])
  }
  return out
}

/** statsOf sums up runs, which are listed newest first: the finished ones of those. */
export function statsOf(runs: readonly Summary[]): Stats {
  const ended = runs.filter((e) => !isActive(e.status)).slice(0, most)
  const counted = ended.filter((e) => e.status !== 'CANCELED')
  const good = counted.filter((e) => toneOf(e.status) !== 'bad').length
  const took = counted
    .flatMap((e) => (e.startTime && e.endTime ? [Math.max(0, e.endTime - e.startTime)] : []))
    .sort((a, b) => a - b)
  return {
    runs: ended.length,
    success: counted.length > 0 ? good / counted.length : undefined,
    median: middle(took),
    slowest: took.at(-1),
    failure: counted.find((e) => toneOf(e.status) === 'bad'),
  }
}

function middle(sorted: readonly number[]): number | undefined {
  const half = Math.floor(sorted.length / 2)
  const high = sorted[half]
  if (high === undefined || sorted.length % 2 === 1) return high
  return ((sorted[half - 1] ?? high) + high) / 2
}
