const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Orders names as people read them: app-9 before app-10, whatever the case. */
export const byName: (a: string, b: string) => number = collator.compare
