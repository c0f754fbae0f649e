import type { Execution, Stage } from '@/api/queries'
import { elapsed, span } from '@/lib/format'
import { topLevel } from '@/lib/graph'
import { objectOf, textOf } from '@/lib/json'
import { withoutSecretsIn } from '@/lib/secrets'
import { shownStageStatus, shownStatus, toneOf } from '@/lib/status'
import { artifactsOf } from './details/read'
import { failuresOf } from './stage'

// An execution as a report: what others are shown of it, on paper or in a ticket.

export type ReportStage = {
  id: string
  name: string
  type: string
  status: string
  start?: number
  took?: string
  failures: string[]
  produced: string[]
}

/** The stages whose details a report needs: those that went wrong. */
export function troubled(e: Execution): string[] {
  return topLevel(e.stages)
    .filter((s) => toneOf(s.status) === 'bad' || s.status === 'FAILED_CONTINUE')
    .map((s) => s.id)
}

/** The stages in the order they began, with what went wrong where that is known. */
export function reportStages(e: Execution, details: ReadonlyMap<string, readonly Stage[]>): ReportStage[] {
  const sorted = topLevel(e.stages).toSorted((a, b) => (a.startTime ?? Infinity) - (b.startTime ?? Infinity))
  return sorted.map((s) => {
    const took = elapsed(s, s.startTime ?? 0)
    const whole = details.get(s.id) ?? []
    const produced = whole[0]
      ? artifactsOf(whole[0]).produced.map((a) =>
          [a.name || a.reference, a.version].filter(Boolean).join(' '),
        )
      : []
    return {
      id: s.id,
      name: s.name || s.type,
      type: s.type,
      status: shownStageStatus(s),
      start: s.startTime,
      took: s.endTime && took !== undefined ? span(took) : undefined,
      failures: failuresOf(whole)
        .map((f) => withoutSecretsIn(f.message || f.expression?.text || ''))
        .filter((text) => text !== ''),
      produced,
    }
  })
}

export function parametersOf(e: Execution): [string, string][] {
  return Object.entries(objectOf(objectOf(e.trigger)['parameters'])).map(([name, value]) => [
    name,
    textOf(value),
  ])
}

export type Words = {
  status: (status: string) => string
  time: (ms: number) => string
  of: Record<
    | 'application'
    | 'status'
    | 'started'
    | 'took'
    | 'by'
    | 'trigger'
    | 'id'
    | 'parameters'
    | 'stages'
    | 'stage'
    | 'errors'
    | 'type',
    string
  >
}

// In a cell of a table, and where a text may be taken for marks.
const cell = (text: string) =>
  text
    .replace(/\\/g, '\\\\')
    .replace(/\|/g, '\\|')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[<>]/g, (c) => (c === '<' ? '&lt;' : '&gt;'))

/** A report in Markdown. */
export function markdown(
  e: Execution,
  stages: readonly ReportStage[],
  facts: readonly (readonly [string, string])[],
  w: Words,
  link: string,
): string {
  const lines = [
    `# ${cell(e.name ?? e.id)}: ${w.status(shownStatus(e))}`,
    '',
    ...facts.map(([name, value]) => `- **${name}**: ${cell(value)}`),
    `- <${link}>`,
    '',
  ]
  const given = parametersOf(e)
  if (given.length > 0)
    lines.push(
      `## ${w.of.parameters}`,
      '',
      '| | |',
      '|---|---|',
      ...given.map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`),
      '',
    )
  lines.push(
    `## ${w.of.stages}`,
    '',
    `| ${w.of.stage} | ${w.of.type} | ${w.of.status} | ${w.of.started} | ${w.of.took} |`,
    '|---|---|---|---|---|',
  )
  for (const s of stages)
    lines.push(
      `| ${cell(s.name)} | ${cell(s.type)} | ${w.status(s.status)} | ${s.start ? w.time(s.start) : ''} | ${s.took ?? ''} |`,
    )
  const bad = stages.filter((s) => s.failures.length > 0)
  if (bad.length > 0) lines.push('', `## ${w.of.errors}`)
  for (const s of bad) {
    lines.push('', `### ${cell(s.name)}`)
    // A fence longer than any within.
    for (const f of s.failures) {
      const fence = '`'.repeat(Math.max(3, ...[...f.matchAll(/`+/g)].map((m) => m[0].length + 1)))
      lines.push('', fence, f, fence)
    }
  }
  return `${lines.join('\n')}\n`
}
