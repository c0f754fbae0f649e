import type { Schemas } from '@/api/client'
import { isObject, objectsOf, textOf } from './model'

// Expressions and an execution that has been: what they come to, and what there is
// for them to read.

/** What words are found in: an execution's trigger, and its stages with what they have left. */
export type Contents = Pick<Schemas['Execution'], 'trigger' | 'stages'>
export type Evaluation = { result?: unknown; detail?: Record<string, unknown> }

/** What could not be evaluated, as sentences. */
export function troubles(evaluation: Evaluation): string[] {
  const found = Object.values(evaluation.detail ?? {}).flatMap((list) =>
    objectsOf(list).map((e) => textOf(e['description'])),
  )
  return [...new Set(found.filter((text) => text !== ''))]
}

/** Whether a text has an expression in it that ends. */
export function hasExpression(text: string): boolean {
  return /\$\{[^]*\}/.test(text)
}

/** Whether evaluating a text asks others: that is done when somebody wants it, not with each letter. */
export function asksOthers(text: string): boolean {
  return /#\w*(url|pipeline|manifestLabel)\w*/i.test(text)
}

/** A value on one line, as short as it has to be. */
export function inShort(value: unknown, most = 120): string {
  const text = typeof value === 'string' ? value : value === undefined ? 'null' : JSON.stringify(value)
  const line = text.replace(/\s+/g, ' ')
  return line.length > most ? `${line.slice(0, most)}…` : line
}

const plain = /^[A-Za-z_]\w*$/
const member = (of: string, key: string) =>
  plain.test(key) ? `${of}.${key}` : `${of}['${key.replaceAll("'", "''")}']`
const most = 600
const perObject = 40

/** The names of an object's members, and of theirs. */
function paths(value: unknown, of: string, depth: number, out: string[]): void {
  if (out.length >= most || depth === 0) return
  if (Array.isArray(value)) {
    if (value.length > 0) paths((value as unknown[])[0], `${of}[0]`, depth, out)
    return
  }
  if (!isObject(value)) return
  for (const [key, inner] of Object.entries(value).slice(0, perObject)) {
    const path = member(of, key)
    out.push(path)
    paths(inner, path, depth - 1, out)
  }
}

const own = new Set(['resolvedExpectedArtifacts', 'expectedArtifacts', 'isValid', 'eventId', 'notifications'])

/** What an expression in the execution may read: its trigger, its parameters, and what its stages have left. */
export function wordsOf(execution: Contents): string[] {
  const out: string[] = []
  const trigger: Record<string, unknown> = Object.fromEntries(
    Object.entries(execution.trigger ?? {}).filter(([key]) => !own.has(key)),
  )
  const parameters = trigger['parameters']
  if (isObject(parameters)) out.push(...Object.keys(parameters).map((key) => member('parameters', key)))
  paths(trigger, 'trigger', 3, out)
  for (const stage of execution.stages) {
    if (stage.parentStageId || !stage.name) continue
    const at = `#stage('${stage.name.replaceAll("'", "''")}')`
    out.push(at, `${at}.status`)
    const outputs: Record<string, unknown> = stage.outputs ?? {}
    // What a stage has left, later ones read by its name alone.
    out.push(
      ...Object.keys(outputs)
        .filter((key) => plain.test(key))
        .slice(0, perObject),
    )
    paths(outputs, `${at}.outputs`, 2, out)
    paths(stage.context, `${at}.context`, 1, out)
  }
  return [...new Set(out)].slice(0, most)
}
