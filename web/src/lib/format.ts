// Times and amounts, in the reader's language.

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

// Making a formatter takes far longer than to use it, and lists use many.
function perLanguage<T>(make: (language: string) => T): (language: string) => T {
  const made = new Map<string, T>()
  return (language) => {
    const found = made.get(language) ?? make(language)
    made.set(language, found)
    return found
  }
}

const relative = perLanguage(
  (language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }),
)
const full = perLanguage(
  (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }),
)

/** How long ago a time was, such as "5 minutes ago"; milliseconds since the epoch. */
export function ago(time: number, now: number, language: string): string {
  const seconds = Math.round((time - now) / 1000)
  const format = relative(language)
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  }
  return Math.abs(seconds) < 10 ? format.format(0, 'second') : format.format(seconds, 'second')
}

/** A time in full, as a tooltip has it. */
export function moment(time: number, language: string): string {
  return full(language).format(time)
}

/** A span in its two largest units, such as "2m 5s"; milliseconds. */
export function span(ms: number): string {
  if (ms < 0) return '0s'
  if (ms < 1000) return `${Math.round(ms)}ms`
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`
  const s = Math.floor(ms / 1000)
  const [d, h, m] = [Math.floor(s / 86_400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60]
  if (d > 0) return `${d}d ${h}h`
  if (h > 0) return `${h}h ${m}m`
  if (m > 0) return `${m}m ${s % 60}s`
  return `${s}s`
}

/** How long something took, or has taken by now; undefined where it has not begun. */
export function elapsed(e: { startTime?: number; endTime?: number }, now: number): number | undefined {
  if (!e.startTime) return undefined
  return Math.max(0, (e.endTime ?? now) - e.startTime)
}

/** "deployment web" as its kind and its name. */
export function kindAndName(name: string): { kind: string; name: string } {
  const at = name.indexOf(' ')
  return at < 0 ? { kind: '', name } : { kind: name.slice(0, at), name: name.slice(at + 1) }
}

/** An amount of data, such as "1.5 MB". */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`
  const unit = n < 1_000_000 ? 'kB' : n < 1_000_000_000 ? 'MB' : 'GB'
  const of = n / { kB: 1e3, MB: 1e6, GB: 1e9 }[unit]
  return `${of < 10 ? of.toFixed(1) : Math.round(of)} ${unit}`
}

/** A sentence begins with a capital; the name of a field, as in "stages[0]: …", stays as it is. */
export function sentence(text: string): string {
  return /^[a-z]+['’]?[a-z]* /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
}
