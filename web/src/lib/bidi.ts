// Names in Arabic or Hebrew, and those with characters that set the direction of
// text, would turn the words around them. First strong isolate and pop directional
// isolate (Unicode UAX #9) keep a name apart from the sentence that it is in.

const turning = /[\u0590-\u08FF\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFDFF\uFE70-\uFEFC]/

/** The text, apart from the words around it if it could change their direction. */
export function isolated(text: string): string {
  return turning.test(text) ? `\u2068${text}\u2069` : text
}
