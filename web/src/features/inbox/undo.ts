import { setMark, type Mark } from '@/lib/marks'

// What was marked on this page, to take it back: the last first.
const most = 50
const past: { id: string; before: Mark | undefined }[] = []

/** mark marks an item so that it can be taken back. */
export function mark(id: string, next: Mark | undefined): void {
  past.push({ id, before: setMark(id, next) })
  if (past.length > most) past.shift()
}

/** undo takes the last mark back, and gives the item's id; undefined if there is none. */
export function undo(): string | undefined {
  const last = past.pop()
  if (last) setMark(last.id, last.before)
  return last?.id
}
