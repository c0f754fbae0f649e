import { copyOf } from '@/features/editor/model'
import { isObject, objectsOf, textOf, type Json } from '@/lib/json'
import { readAny } from '@/lib/texts'

// Pipelines from elsewhere, as Spinnaker's editor shows them, `spin pipeline get`
// prints them, or a file has them.

export type Imported = { pipeline: Json } | { problem: string; at?: number }

/** importedOf reads a pipeline in JSON or YAML; what belongs to the place it comes from is left out. */
export function importedOf(text: string): Imported {
  if (text.trim() === '') return { problem: 'empty' }
  const read = readAny(text, /^\s*[[{]/.test(text) ? 'json' : 'yaml')
  if ('problem' in read) return read
  const list = Array.isArray(read.value) ? (read.value as unknown[]) : [read.value]
  const [first] = list
  if (list.length !== 1 || !isObject(first)) return { problem: list.length > 1 ? 'several' : 'notObject' }
  if (!Array.isArray(first['stages']) && first['type'] !== 'templatedPipeline') return { problem: 'noStages' }
  return { pipeline: copyOf(first, textOf(first['name'])) }
}

/** The accounts that a pipeline's stages name, each once. */
export function accountsIn(pipeline: Json): string[] {
  const names = objectsOf(pipeline['stages'])
    .map((s) => textOf(s['account'] ?? s['credentials']))
    .filter((n) => n !== '' && !n.includes('${'))
  return [...new Set(names)].sort()
}
