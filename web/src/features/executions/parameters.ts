// The parameters of a pipeline as its author has described them, and what may be
// entered for them.

export type Parameter = {
  name: string
  label: string
  description: string
  default: string
  required: boolean
  /** What may be chosen; undefined where anything may be written. */
  options?: string[]
  date: boolean
  number: boolean
  pinned: boolean
  /** Shown only where another parameter has a value that compares so. */
  when?: { parameter: string; comparator: string; value: string }
}

type Raw = Record<string, unknown>

const text = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

export function parametersOf(config: readonly Raw[] | undefined): Parameter[] {
  return (config ?? []).flatMap((p) => {
    const name = text(p['name'])
    if (name === '') return []
    const options =
      p['hasOptions'] === true && Array.isArray(p['options'])
        ? p['options'].map((o: unknown) =>
            text(typeof o === 'object' && o !== null && 'value' in o ? o.value : o),
          )
        : undefined
    const conditional = p['conditional'] as
      { parameter?: unknown; comparator?: unknown; comparatorValue?: unknown } | undefined
    return [
      {
        name,
        label: text(p['label']) || name,
        description: text(p['description']),
        default: text(p['default']),
        required: p['required'] === true,
        options: options && [...new Set(options)],
        date: p['constraint'] === 'date',
        number: p['constraint'] === 'number' || typeof p['default'] === 'number',
        pinned: p['pinned'] === true,
        when: conditional?.parameter
          ? {
              parameter: text(conditional.parameter),
              comparator: text(conditional.comparator),
              value: text(conditional.comparatorValue),
            }
          : undefined,
      },
    ]
  })
}

/** Whether a parameter is asked for, given what was entered for the others. */
export function isShown(p: Parameter, values: Record<string, string>): boolean {
  if (!p.when) return true
  const other = values[p.when.parameter] ?? ''
  const [a, b] = [Number(other), Number(p.when.value)]
  switch (p.when.comparator) {
    case '!=':
      return other !== p.when.value
    case '>':
      return a > b
    case '<':
      return a < b
    case '>=':
      return a >= b
    case '<=':
      return a <= b
    default:
      return other === p.when.value
  }
}

export type Problem = 'missing' | 'option' | 'date' | 'number'

/** What is wrong with a value; undefined where nothing is. An expression may stand for anything. */
export function problemOf(p: Parameter, value: string): Problem | undefined {
  if (value === '') return p.required ? 'missing' : undefined
  if (value.includes('${')) return undefined
  if (p.options && !p.options.includes(value)) return 'option'
  if (p.date && (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value)))) return 'date'
  if (p.number && !Number.isFinite(Number(value))) return 'number'
  return undefined
}
