// What an API server says against a manifest, as a person would say it.

export type RefusalKey =
  | 'immutable'
  | 'unknownField'
  | 'required'
  | 'namespace'
  | 'quota'
  | 'permission'
  | 'webhook'
  | 'kind'
  | 'conflict'
  | 'exists'
  | 'invalid'
  | 'other'

export type Refusal = { key: RefusalKey; field?: string }

const field = /([a-z][\w-]*(?:\.[\w-]+|\[[^\]]*\])+): /
const rules: readonly [RefusalKey, RegExp][] = [
  [
    'immutable',
    /field is immutable|may not be changed|may not change once set|updates to [\w. ]+ for fields other than|is immutable/i,
  ],
  ['unknownField', /unknown field|field not declared in schema|strict decoding error/i],
  ['quota', /exceeded quota|must specify (limits|requests)/i],
  ['webhook', /admission webhook|denied the request/i],
  ['namespace', /namespaces? "[^"]*" not found|namespace .* (is being terminated|may not|is not allowed)/i],
  ['kind', /no matches for kind|could not find the requested resource|not serve|is not served|unknown kind/i],
  ['permission', /forbidden|cannot (create|patch|update|delete|get) resource/i],
  ['conflict', /conflict with|the object has been modified|Apply failed with/i],
  ['exists', /already exists/i],
  ['required', /Required value/i],
  ['invalid', /Invalid value|is invalid|Unsupported value|must be|expected/i],
]

/** refusalOf finds what kind of refusal a message is, and the field that it is about. */
export function refusalOf(message: string): Refusal {
  const key = rules.find(([, pattern]) => pattern.test(message))?.[0] ?? 'other'
  const named =
    /unknown field "([^"]+)"/.exec(message)?.[1] ??
    /\.([\w.[\]-]+): field not declared in schema/.exec(message)?.[1] ??
    field.exec(message)?.[1]
  return { key, ...(named ? { field: named } : {}) }
}
