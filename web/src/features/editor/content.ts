import { textOf, type Json } from './model'

/** What a pipeline says, without what the server adds when it keeps it. */
export function contentOf(pipeline: Json): Json {
  const stamps = ['updateTs', 'lastModifiedBy', 'lastModified', 'createTs', 'index', 'createdAt', 'updatedAt']
  return Object.fromEntries(Object.entries(pipeline).filter(([key]) => !stamps.includes(key)))
}

/** When a pipeline was saved last; milliseconds since the epoch, undefined where it says nothing of it. */
export function savedAt(pipeline: Json): number | undefined {
  const ms = Number(textOf(pipeline['updateTs']))
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}
