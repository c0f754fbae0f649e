// Expressions while they are written.

/** The part of a text that is being written in an expression: from its last word on. */
export function openWord(text: string): { before: string; word: string } | undefined {
  const open = text.lastIndexOf('${')
  if (open < 0 || text.indexOf('}', open) >= 0) return undefined
  const word = /[#\w.['\]()-]*$/.exec(text.slice(open + 2))?.[0] ?? ''
  return { before: text.slice(0, text.length - word.length), word }
}

/** Whole texts that complete what is being written, with the word that each puts in. */
export function completions(
  text: string,
  words: readonly string[],
  limit = 30,
): { text: string; word: string }[] {
  const at = openWord(text)
  if (!at) return []
  const wanted = at.word.toLowerCase()
  const begin = words.filter((w) => w.toLowerCase().startsWith(wanted) && w !== at.word)
  const hold =
    wanted.length > 1
      ? words.filter((w) => !w.toLowerCase().startsWith(wanted) && w.toLowerCase().includes(wanted))
      : []
  return [...new Set([...begin, ...hold])].slice(0, limit).map((word) => ({ word, text: at.before + word }))
}
