import type { Json } from './model'

// What was, what is, and what was undone. Changes of one field that follow each
// other, such as the letters of a name, are undone together.

export type History = {
  past: readonly Json[]
  present: Json
  future: readonly Json[]
  /** What the last change was of, and when; none where the next one stands alone. */
  last?: { topic: string; at: number }
}

export type Step =
  | { type: 'change'; to: Json; topic?: string; at: number }
  | { type: 'undo' }
  | { type: 'redo' }
  | { type: 'replace'; to: Json }

const together = 1500
const kept = 200

export const begin = (present: Json): History => ({ past: [], present, future: [] })

export function step(h: History, s: Step): History {
  switch (s.type) {
    case 'change': {
      if (s.to === h.present) return h
      const last = s.topic === undefined ? undefined : { topic: s.topic, at: s.at }
      if (last && h.last?.topic === last.topic && last.at - h.last.at < together)
        return { ...h, present: s.to, future: [], last }
      return { past: [...h.past.slice(-kept), h.present], present: s.to, future: [], last }
    }
    case 'undo': {
      const to = h.past.at(-1)
      return to ? { past: h.past.slice(0, -1), present: to, future: [h.present, ...h.future] } : h
    }
    case 'redo': {
      const [to, ...rest] = h.future
      return to ? { past: [...h.past, h.present], present: to, future: rest } : h
    }
    case 'replace':
      return { ...h, present: s.to, last: undefined }
  }
}
