const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Orders names as people read them: app-9 before app-10, whatever the case. */
export const byName: (a: string, b: string) => number = collator.compare

/** The newest executions first; those of the same time by their id, so that lists don't jump. */
export function newestFirst(
  a: { id: string; buildTime?: number },
  b: { id: string; buildTime?: number },
): number {
  return (b.buildTime ?? 0) - (a.buildTime ?? 0) || (b.id < a.id ? -1 : 1)
}
