import { isObject, type Json } from './model'

// A JSON Schema of a stage type as fields of a form.

export type Field = {
  name: string
  label: string
  help: string
  required: boolean
  kind: 'text' | 'number' | 'switch' | 'choice' | 'texts' | 'object' | 'objects' | 'any'
  choices: string[]
  default: unknown
  fields: Field[]
}

// What the panel asks for elsewhere, or what is set while a stage runs.
const elsewhere = new Set([
  'type',
  'name',
  'refId',
  'requisiteStageRefIds',
  'cloudProvider',
  'judgmentStatus',
  'judgmentInput',
  'skipRemainingWait',
  'expectedArtifacts',
  'notifications',
  'sendNotifications',
  'stageTimeoutMs',
  'stageEnabled',
  'failPipeline',
  'continuePipeline',
  'completeOtherBranchesThenFail',
  'comments',
  'restrictExecutionDuringTimeWindow',
  'restrictedExecutionWindow',
])

/** The fields of a schema: those that must be there first, in the schema's order else. */
export function fieldsOf(schema: Json, top = true): Field[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
  const fields = Object.entries(properties).flatMap(([name, of]) => {
    if (!isObject(of) || 'const' in of || (top && elsewhere.has(name))) return []
    return [fieldOf(name, of, required.has(name))]
  })
  return [...fields.filter((f) => f.required), ...fields.filter((f) => !f.required)]
}

function fieldOf(name: string, of: Json, required: boolean): Field {
  const field: Field = {
    name,
    label: typeof of['title'] === 'string' ? of['title'] : words(name),
    help: typeof of['description'] === 'string' ? of['description'] : '',
    required,
    kind: 'any',
    choices: [],
    default: of['default'],
    fields: [],
  }
  const types = (Array.isArray(of['type']) ? of['type'] : [of['type']]) as unknown[]
  const items = isObject(of['items']) ? of['items'] : undefined
  if (Array.isArray(of['enum'])) return { ...field, kind: 'choice', choices: of['enum'].map(String) }
  if (types.includes('boolean')) return { ...field, kind: 'switch' }
  if (types.includes('integer') || types.includes('number')) return { ...field, kind: 'number' }
  if (types.includes('object'))
    return isObject(of['properties']) && !types.includes('string')
      ? { ...field, kind: 'object', fields: fieldsOf(of, false) }
      : field
  if (types.includes('array')) {
    if (!items || types.includes('string')) return field
    if (items['type'] === 'string' && !Array.isArray(items['enum'])) return { ...field, kind: 'texts' }
    if (items['type'] === 'object' && isObject(items['properties']))
      return { ...field, kind: 'objects', fields: fieldsOf(items, false) }
    return field
  }
  return types.includes('string') ? { ...field, kind: 'text' } : field
}

/** "waitTime" as "Wait time". */
export function words(name: string): string {
  const apart = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  return apart.charAt(0).toUpperCase() + apart.slice(1)
}

/** What a person has written into a field for numbers: a number, an expression or what else it is. */
export function numberOrText(text: string): number | string | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  return /^-?\d{1,15}(\.\d+)?$/.test(trimmed) ? Number(trimmed) : text
}

/** A schema with its texts in another language: each field gets its title, and its description where it has one. */
export function translated(schema: Json, text: (english: string) => string): Json {
  const out: Json = { ...schema }
  if (isObject(schema['properties'])) {
    out['properties'] = Object.fromEntries(
      Object.entries(schema['properties']).map(([name, of]) => {
        if (!isObject(of)) return [name, of]
        const inner = translated(of, text)
        return [
          name,
          {
            ...inner,
            title: text(typeof of['title'] === 'string' ? of['title'] : words(name)),
            ...(typeof of['description'] === 'string' ? { description: text(of['description']) } : {}),
          },
        ]
      }),
    )
  }
  if (isObject(schema['items'])) out['items'] = translated(schema['items'], text)
  return out
}
