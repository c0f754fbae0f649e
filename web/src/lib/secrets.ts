import { isObject } from './json'

// What pages show is read by more people than it was written for.

const secret = /authorization|token|secret|password|passwd|cookie|api[-_]?key|credential|signature/i
const hidden = '••••••'

/** A value whose secrets can't be read: what is called by such a name is hidden. */
export function withoutSecrets(value: unknown, name = ''): unknown {
  if (secret.test(name) && value !== null && value !== '' && typeof value !== 'boolean') return hidden
  if (Array.isArray(value)) return value.map((v) => withoutSecrets(v))
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withoutSecrets(v, k)]))
  return value
}

/** A text whose addresses are without passwords and the secrets in their queries. */
export function withoutSecretsIn(text: string): string {
  return text
    .replace(/(\w+:\/\/[^\s/:@"']*:)[^\s/@"']+@/g, '$1x@')
    .replace(/([?&]([^=&\s"']+)=)[^&\s"')]+/g, (whole, key: string, name: string) =>
      secret.test(name) ? `${key}x` : whole,
    )
}
