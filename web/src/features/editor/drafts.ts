import { isObject, textOf, type Json } from './model'

// Edits that were not saved, kept in this browser: a crash, a closed tab or a lost
// server takes nothing.

const key = (id: string) => `gennaker.draft.${id}`

export function keepDraft(id: string, draft: Json, of: Json): void {
  try {
    localStorage.setItem(key(id), JSON.stringify({ draft, updateTs: textOf(of['updateTs']), at: Date.now() }))
  } catch {
    // It is too large, or the browser keeps nothing: the edit goes on without.
  }
}

export function dropDraft(id: string): void {
  localStorage.removeItem(key(id))
}

export function keptDraft(id: string): { draft: Json; at: number } | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key(id)) ?? 'null')
    if (isObject(value) && isObject(value['draft'])) return { draft: value['draft'], at: Number(value['at']) }
  } catch {
    return undefined
  }
  return undefined
}
