import type { Translate } from '@/i18n'
import { isObject, rawStages, textOf, type Json } from './model'
import { problemPlace } from './problemPlace'
import { fieldsOf, words } from './schema'
import type { StageType } from './stageKinds'

/**
 * A warning of the server in words: "stages[0].waitTime (Wait a bit): must be a number" is
 * "Wait a bit, Wait time: must be a number". The stage's name is the pipeline's, as a
 * header has no letters beyond ASCII.
 */
export function warningText(
  t: Translate,
  text: string,
  pipeline: Json,
  types: ReadonlyMap<string, StageType>,
): string {
  const [, path, rest] = /^([\w.[\]-]+)((?: \(|: ).*)$/s.exec(text) ?? []
  if (path === undefined || rest === undefined) return text
  const [, index, field] = /^stages\[(\d+)\](?:\.(\w+))?/.exec(path) ?? []
  const stage = index === undefined ? undefined : rawStages(pipeline)[Number(index)]
  if (!isObject(stage)) return `${problemPlace(t, path)}${rest}`
  const type = textOf(stage['type'])
  const where = [textOf(stage['name']) || type, ...(field ? [labelOf(field, type, types)] : [])]
  const named = ` (${inHeader(textOf(stage['name']))})`
  return where.join(', ') + (rest.startsWith(named) ? rest.slice(named.length) : rest)
}

/** A text as the header has it: with a "?" for each letter that it can't carry. */
const inHeader = (text: string) => [...text].map((c) => (c < ' ' || c > '~' ? '?' : c)).join('')

function labelOf(field: string, type: string, types: ReadonlyMap<string, StageType>): string {
  const schema = types.get(type)?.schema
  return (schema && fieldsOf(schema).find((f) => f.name === field)?.label) ?? words(field)
}
