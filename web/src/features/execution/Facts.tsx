import { useT, type Key, type Translate } from '@/i18n'
import type { Stage } from '@/api/queries'
import { span } from '@/lib/format'
import classes from './Facts.module.css'

export type Fact = { label: string; value: string }

type Find = [label: Key, value: (c: Record<string, unknown>, stage: Stage) => unknown]

const list = (value: unknown) =>
  Array.isArray(value)
    ? value.filter((v) => typeof v === 'string' || typeof v === 'number').join(', ')
    : undefined

// What is worth telling of each type, in the order it is told.
const common: Find[] = [
  ['fact.account', (c) => c['account'] ?? c['credentials']],
  ['fact.location', (c) => c['location'] ?? c['namespaceOverride']],
  ['fact.object', (c) => c['manifestName'] ?? list(c['manifestNames'])],
]
const byType: Record<string, Find[]> = {
  wait: [
    [
      'fact.waitTime',
      (c) => (typeof c['waitTime'] === 'number' ? span(c['waitTime'] * 1000) : c['waitTime']),
    ],
  ],
  scaleManifest: [['fact.replicas', (c) => c['replicas']]],
  undoRolloutManifest: [['fact.revisions', (c) => c['numRevisionsBack']]],
  pipeline: [
    ['fact.application', (c) => c['application']],
    ['fact.pipeline', (c) => c['executionName'] ?? c['pipeline']],
  ],
}

export function factsOf(t: Translate, stage: Stage, context: Record<string, unknown>): Fact[] {
  return [...common, ...(byType[stage.type] ?? [])].flatMap(([label, find]) => {
    const value = find(context, stage)
    if (value === undefined || value === null || value === '') return []
    return [
      {
        label: t(label),
        value: typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean),
      },
    ]
  })
}

/** Names and values. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  useT()
  return (
    <dl className={classes.facts}>
      {facts.map((f) => (
        <div key={f.label}>
          <dt>{f.label}</dt>
          <dd>{f.value}</dd>
        </div>
      ))}
    </dl>
  )
}
