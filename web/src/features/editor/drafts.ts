import { isObject, textOf, type Json } from './model'

// Edits that were not saved, kept in this browser: a crash, a closed tab or a lost
// server takes nothing. Every open editor keeps its own, so that two tabs do not
// overwrite each other's.

/** Texts that could not be understood yet, by where they stand. */
export type Texts = Readonly<Record<string, { text: string; problem: string; at?: number }>>

export type Kept = {
  /** The editor that has kept it. */
  session: string
  draft: Json
  texts: Texts
  /** When the pipeline had been saved that was being edited. */
  updateTs: string
  at: number
}

const prefix = (id: string) => `gennaker.draft.${id}/`

/** Keeps what an editor has; false where the browser has no room for it. */
export function keepDraft(id: string, { session, ...kept }: Kept): boolean {
  try {
    localStorage.setItem(prefix(id) + session, JSON.stringify(kept))
    return true
  } catch {
    return false
  }
}

export function dropDraft(id: string, session: string): void {
  localStorage.removeItem(prefix(id) + session)
}

/** All that was kept of a pipeline, the newest first. */
export function keptDrafts(id: string): Kept[] {
  const keys = Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i) ?? '').filter(
    (key) => key.startsWith(prefix(id)),
  )
  return keys
    .flatMap((key) => read(key.slice(prefix(id).length), localStorage.getItem(key)))
    .sort((a, b) => b.at - a.at)
}

function read(session: string, text: string | null): Kept[] {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    if (!isObject(value) || !isObject(value['draft'])) return []
    return [
      {
        session,
        draft: value['draft'],
        texts: textsOf(value['texts']),
        updateTs: textOf(value['updateTs']),
        at: Number(value['at']) || 0,
      },
    ]
  } catch {
    return []
  }
}

function textsOf(value: unknown): Texts {
  if (!isObject(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([where, x]) =>
      isObject(x) && typeof x['text'] === 'string'
        ? [[where, { text: x['text'], problem: textOf(x['problem']) }]]
        : [],
    ),
  )
}

export function newSession(): string {
  return [...crypto.getRandomValues(new Uint32Array(3))].map((n) => n.toString(36)).join('')
}
