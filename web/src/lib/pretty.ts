/** A value as indented JSON, its keys in order. */
export function pretty(value: unknown): string {
  return JSON.stringify(value, sorted, 2)
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}
