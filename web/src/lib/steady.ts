// A list whose members stay where they are while somebody is about to click one.

/**
 * steady is a list as it is to be shown: while it is held, what was shown stays in
 * its place, also what has left the list, and what is new comes last.
 */
export function steady<T>(
  shown: readonly T[],
  now: readonly T[],
  key: (item: T) => string,
  held: boolean,
): readonly T[] {
  if (!held) return now
  const latest = new Map(now.map((item) => [key(item), item]))
  const kept = shown.map((item) => latest.get(key(item)) ?? item)
  const known = new Set(kept.map(key))
  return [...kept, ...now.filter((item) => !known.has(key(item)))]
}
