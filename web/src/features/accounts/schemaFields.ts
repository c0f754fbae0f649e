import type { ApiError } from '@/api/client'
import { isObject, objectOf, textOf, type Json } from '@/lib/json'
import { hidden, type Definition } from './definition'

// What a type's JSON Schema says of its accounts as the fields of a form, and what a
// form holds as the API takes it.

export type FieldKind = 'text' | 'secret' | 'boolean' | 'number' | 'choice' | 'list' | 'map' | 'json'

export type Field = {
  name: string
  label: string
  help: string
  kind: FieldKind
  required: boolean
  /** Whether it is asked for only by those who look for it. */
  advanced: boolean
  /** Of a map: whether its values are secret. */
  secret: boolean
  /** Of a number: whether it is a whole one. */
  whole: boolean
  choices: string[]
  /** Of an object: the names of what may stand in it. */
  inner: string[]
}

/** What a schema can't say. */
export type Arrangement = {
  /** The fields that come first, in their order; the others follow by name. */
  order?: readonly string[]
  /** The fields that few need. */
  advanced?: readonly string[]
}

// What all accounts have, and the form asks for itself.
const common = new Set(['name', 'type'])

/** The fields of a schema, as they are arranged: those that are required and those that are ordered come first. */
export function fieldsOf(schema: Json, { order = [], advanced = [] }: Arrangement = {}): Field[] {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
  const place = (f: Field) => {
    const at = order.indexOf(f.name)
    return at < 0 ? order.length : at
  }
  return Object.entries(objectOf(schema['properties']))
    .filter(([name]) => !common.has(name))
    .map(([name, of]) => fieldOf(name, objectOf(of), required.has(name), advanced.includes(name)))
    .sort(
      (a, b) =>
        Number(a.advanced) - Number(b.advanced) ||
        place(a) - place(b) ||
        Number(b.required) - Number(a.required) ||
        a.name.localeCompare(b.name),
    )
}

function fieldOf(name: string, of: Json, required: boolean, advanced: boolean): Field {
  const field: Field = {
    name,
    label: typeof of['title'] === 'string' ? of['title'] : labelOf(name),
    help: typeof of['description'] === 'string' ? of['description'] : '',
    kind: 'json',
    required,
    advanced: advanced && !required,
    secret: of['writeOnly'] === true,
    whole: false,
    choices: [],
    inner: [],
  }
  const type = of['type']
  const entries = objectOf(of['additionalProperties'])
  if (type === 'boolean') return { ...field, kind: 'boolean' }
  if (type === 'integer' || type === 'number') return { ...field, kind: 'number', whole: type === 'integer' }
  if (type === 'string')
    return Array.isArray(of['enum'])
      ? { ...field, kind: 'choice', choices: of['enum'].map(textOf) }
      : { ...field, kind: field.secret ? 'secret' : 'text' }
  if (type === 'array' && objectOf(of['items'])['type'] === 'string') return { ...field, kind: 'list' }
  if (type === 'object' && entries['type'] === 'string')
    return { ...field, kind: 'map', secret: field.secret || entries['writeOnly'] === true }
  return { ...field, inner: Object.keys(objectOf(of['properties'])) }
}

/** "usernamePasswordFile" as "Username password file", "repositoryUrl" as "Repository URL". */
export function labelOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_-]+/)
  const known = words.map(
    (w) =>
      abbreviations.get(w.toLowerCase()) ?? (w === w.toUpperCase() && w.length > 1 ? w : w.toLowerCase()),
  )
  const text = known.join(' ').trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const abbreviations = new Map(
  [
    'URL',
    'URLs',
    'API',
    'ID',
    'AWS',
    'SSH',
    'JSON',
    'HTTP',
    'TLS',
    'CA',
    'IP',
    'IPs',
    'Git',
    'GitHub',
    'GitLab',
  ].map((a) => [a.toLowerCase(), a] as const),
)

/** A secret as a form has it: one that is stored is known to the server alone, and stays unless a text replaces it. */
export type Secret = { stored: boolean; text: string }
/** An entry of a map; its id tells it from others while its name is being written. */
export type Entry = Secret & { id: number; key: string }
export type Value = string | number | boolean | string[] | Secret | Entry[]
export type Draft = Readonly<Record<string, Value>>

const none: Record<FieldKind, Value> = {
  text: '',
  secret: { stored: false, text: '' },
  boolean: false,
  number: '',
  choice: '',
  list: [],
  map: [],
  json: '',
}

const secretOf = (value: unknown): Secret =>
  value === hidden ? { stored: true, text: '' } : { stored: false, text: textOf(value) }

/** An account as its form has it; an empty form where there is none. */
export function draftOf(fields: readonly Field[], definition?: Definition): Draft {
  return Object.fromEntries(
    fields.map((f) => {
      const value = definition?.[f.name]
      return [f.name, value === undefined || value === null ? none[f.kind] : shownAs(f, value)]
    }),
  )
}

function shownAs(f: Field, value: unknown): Value {
  switch (f.kind) {
    case 'secret':
      return secretOf(value)
    case 'boolean':
      return value === true
    case 'number':
      return typeof value === 'number' ? value : textOf(value)
    case 'list':
      return Array.isArray(value) ? value.map(textOf) : []
    case 'map':
      return Object.entries(objectOf(value)).map(([key, v], id) => ({
        id,
        key,
        ...(f.secret ? secretOf(v) : { stored: false, text: textOf(v) }),
      }))
    case 'json':
      return JSON.stringify(value, undefined, 2)
    default:
      return textOf(value)
  }
}

const isEmpty = (value: Value) =>
  Array.isArray(value)
    ? value.length === 0
    : typeof value === 'object'
      ? !value.stored && value.text.trim() === ''
      : value === false || String(value).trim() === ''

/** What the form can say is wrong without the server, by field. */
export type Complaint = 'missing' | 'notJson' | 'twice' | 'nameless'

export function complaintsOf(fields: readonly Field[], draft: Draft): Record<string, Complaint> {
  const out: Record<string, Complaint> = {}
  for (const f of fields) {
    const value = draft[f.name]
    if (value === undefined) continue
    if (f.required && f.kind !== 'boolean' && isEmpty(value)) out[f.name] = 'missing'
    else if (f.kind === 'json' && !isEmpty(value) && parsed(String(value as string)) === undefined)
      out[f.name] = 'notJson'
    else if (f.kind === 'map') {
      const keys = rowsOf(value).map((r) => r.key.trim())
      if (rowsOf(value).some((r) => r.key.trim() === '')) out[f.name] = 'nameless'
      else if (new Set(keys).size < keys.length) out[f.name] = 'twice'
    }
  }
  return out
}

// The rows of a map that somebody has written into.
const rowsOf = (value: Value): Entry[] =>
  Array.isArray(value)
    ? value.filter(
        (r): r is Entry => typeof r === 'object' && (r.stored || r.key.trim() !== '' || r.text !== ''),
      )
    : []

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * What the API is sent. Of the account as it was, before, all stays that the form
 * doesn't have; what is empty is left out.
 */
export function definitionFrom(
  type: string,
  name: string,
  fields: readonly Field[],
  draft: Draft,
  before?: Definition,
): Definition {
  const out: Json = { ...before }
  for (const f of fields) {
    const value = draft[f.name]
    // A "no" that was written down stays one: it may differ from what is so without it.
    if (
      value === undefined ||
      ((f.kind === 'map' ? rowsOf(value).length === 0 : isEmpty(value)) &&
        !(f.kind === 'boolean' && before?.[f.name] !== undefined))
    )
      Reflect.deleteProperty(out, f.name)
    else out[f.name] = sentAs(f, value)
  }
  return { ...out, type, name: name.trim() }
}

const sentSecret = (s: Secret) => (s.text.trim() === '' && s.stored ? hidden : s.text.trim())

function sentAs(f: Field, value: Value): unknown {
  if (f.kind === 'map')
    return Object.fromEntries(rowsOf(value).map((r) => [r.key.trim(), f.secret ? sentSecret(r) : r.text]))
  if (f.kind === 'json') return parsed(String(value as string))
  if (f.kind === 'number') return Number(value)
  if (isObject(value)) return sentSecret(value as Secret)
  return typeof value === 'string' ? value.trim() : value
}

// By its shape alone: nothing here needs the program that speaks to the server.
const isRefusal = (error: unknown): error is ApiError => error instanceof Error && error.name === 'ApiError'

export type Problems = { fields: Readonly<Record<string, string>>; rest: readonly string[] }

export const noProblems: Problems = { fields: {}, rest: [] }

/**
 * What the server says is wrong, by the fields that the form has. A sentence names
 * its field, and maybe what in it: "headers.Accept: …".
 */
export function problemsOf(error: unknown, fields: readonly string[]): Problems {
  if (!isRefusal(error)) return noProblems
  const at: Record<string, string> = {}
  const rest: string[] = []
  for (const line of error.problems) {
    const [, path, says] = /^([\w.[\]-]+): ([^]*)$/.exec(line) ?? []
    const parts = path?.split('.') ?? []
    // An account's fields may be grouped in the server's own view of them.
    const i = parts.findIndex((part) => fields.includes(part))
    const field = parts[i]
    if (field === undefined || says === undefined) {
      rest.push(line)
      continue
    }
    const below = parts.slice(i + 1).join('.')
    const text = below === '' ? says : `${below}: ${says}`
    at[field] = field in at ? `${at[field] ?? ''}\n${text}` : text
  }
  return { fields: at, rest }
}
