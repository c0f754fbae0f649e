import { useT, type Key, type Language, type Translate } from '@/i18n'
import type { Stage } from '@/api/queries'
import { descriptors } from '@/stages'
import classes from './Facts.module.css'

export type Fact = { label: string; value: string }

type Find = [label: Key, value: (c: Record<string, unknown>, stage: Stage) => unknown]

const list = (value: unknown) =>
  Array.isArray(value)
    ? value.filter((v) => typeof v === 'string' || typeof v === 'number').join(', ')
    : undefined

// What is worth telling about stages of all types; descriptors add what their types have.
const common: Find[] = [
  ['fact.account', (c) => c['account'] ?? c['credentials']],
  ['fact.location', (c) => c['location'] ?? c['namespaceOverride']],
  ['fact.object', (c) => c['manifestName'] ?? list(c['manifestNames'])],
]
export function factsOf(
  t: Translate,
  language: Language,
  stage: Stage,
  context: Record<string, unknown>,
): Fact[] {
  const own = (descriptors.get(stage.type)?.facts ?? []).map(
    (f) => [f.label[language], f.value(context, stage)] as const,
  )
  const shared = common.map(([label, find]) => [t(label), find(context, stage)] as const)
  return [...shared, ...own].flatMap(([label, value]) => {
    if (value === undefined || value === null || value === '') return []
    return [
      {
        label,
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
