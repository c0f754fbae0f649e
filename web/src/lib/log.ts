// Logs as text: what is searched for in them.

const escapes = /\u001b\[[0-9;?]*[A-Za-z]/g

/** A log's text without the codes that colour it in a terminal. */
export function plainLog(text: string): string {
  return text.includes('\u001b') ? text.replace(escapes, '') : text
}

export type Piece = { text: string; match?: number }

/** A text in pieces, those that match numbered from 0; after most of them it is not looked further. */
export function search(text: string, wanted: string, most = 1000): { pieces: Piece[]; found: number } {
  if (wanted === '') return { pieces: [{ text }], found: 0 }
  const [hay, needle] = [text.toLowerCase(), wanted.toLowerCase()]
  // In some languages letters grow or shrink with their case; then places would not fit.
  if (hay.length !== text.length) return { pieces: [{ text }], found: 0 }
  const pieces: Piece[] = []
  let [at, found] = [0, 0]
  while (found < most) {
    const next = hay.indexOf(needle, at)
    if (next < 0) break
    if (next > at) pieces.push({ text: text.slice(at, next) })
    at = next + needle.length
    pieces.push({ text: text.slice(next, at), match: found })
    found += 1
  }
  if (at < text.length) pieces.push({ text: text.slice(at) })
  return { pieces, found }
}
