import type { ExecutionsSearch } from '@/app/search'

const prefix = 'param.' as const

/** The parameters that a link gives for a start. */
export function givenIn(search: ExecutionsSearch): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) =>
      key.startsWith(prefix) && typeof value === 'string' ? [[key.slice(prefix.length), value]] : [],
    ),
  )
}

/** The query without what a link gives for a start. */
export function withoutStart(search: ExecutionsSearch): ExecutionsSearch {
  const out: ExecutionsSearch = { ...search, start: undefined, like: undefined }
  for (const name of Object.keys(givenIn(search))) out[`${prefix}${name}`] = undefined
  return out
}
