import { byName } from '@/lib/order'

/** Whether a name has all the words of a query, whatever the case. */
export function matches(name: string, query: string): boolean {
  const lower = name.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word))
}

/** Those whose name matches, the best first: equal, beginning with, then the rest. */
export function rank<T>(items: readonly T[], query: string, name: (item: T) => string): T[] {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return [...items]
  const score = (item: T) => {
    const lower = name(item).toLowerCase()
    if (lower === wanted) return 0
    if (lower.startsWith(wanted)) return 1
    return lower.includes(wanted) ? 2 : 3
  }
  return items
    .map((item) => ({ item, score: score(item) }))
    .filter(({ item, score }) => score < 3 || matches(name(item), wanted))
    .sort((a, b) => a.score - b.score || byName(name(a.item), name(b.item)))
    .map(({ item }) => item)
}
