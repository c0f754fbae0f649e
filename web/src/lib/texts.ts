import { parseDocument, stringify } from 'yaml'
import { isObject, type Json } from './json'

// Objects as text and back. Both forms say the same; keys keep their order.

export type Form = 'json' | 'yaml'
export type Parsed = { value: Json } | { problem: string; at?: number }

export function write(value: unknown, form: Form): string {
  return form === 'json'
    ? `${JSON.stringify(value, undefined, 2)}\n`
    : stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
}

/** read understands a text, or says what is wrong with it and where. */
export function read(text: string, form: Form): Parsed {
  const parsed = readAny(text, form)
  if ('problem' in parsed) return parsed
  return isObject(parsed.value) ? { value: parsed.value } : { problem: 'notObject' }
}

export function readAny(text: string, form: Form): { value: unknown } | { problem: string; at?: number } {
  if (form === 'json') {
    try {
      return { value: JSON.parse(text) as unknown }
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      const at = /position (\d+)/.exec(problem)?.[1]
      return { problem, at: at === undefined ? undefined : Number(at) }
    }
  }
  const document = parseDocument(text, { prettyErrors: true })
  const [error] = document.errors
  if (error) return { problem: error.message.split('\n')[0] ?? error.message, at: error.pos[0] }
  try {
    return { value: document.toJS({ maxAliasCount: 1000 }) as unknown }
  } catch (bomb) {
    return { problem: bombProblem(bomb) }
  }
}

/** Why a text that is YAML has no value: its aliases would make too much of it. */
export function bombProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.startsWith('Excessive alias count')
    ? 'too many aliases (*name); write the values out'
    : message
}

/** Kubernetes objects written as YAML documents, as one list; undefined where they are not. */
export function readDocuments(text: string): { values: Json[] } | { problem: string } {
  const values: Json[] = []
  for (const part of text.split(/^---\s*$/m)) {
    if (part.trim() === '') continue
    const parsed = readAny(part, 'yaml')
    if ('problem' in parsed) return parsed
    if (parsed.value === null || parsed.value === undefined) continue
    for (const item of Array.isArray(parsed.value) ? (parsed.value as unknown[]) : [parsed.value]) {
      if (!isObject(item)) return { problem: 'notObject' }
      values.push(item)
    }
  }
  return { values }
}

export function writeDocuments(values: readonly unknown[]): string {
  return values.map((v) => write(v, 'yaml')).join('---\n')
}
