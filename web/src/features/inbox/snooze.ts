/** How long an item can sleep. */
export const naps = ['hour', 'tomorrow', 'week'] as const
export type Nap = (typeof naps)[number]

const morning = 9

/** When an item that is snoozed now comes back: days begin at nine, weeks on Monday, by the browser's calendar. */
export function wakes(nap: Nap, now: number): number {
  if (nap === 'hour') return now + 3_600_000
  const at = new Date(now)
  // 0 is Sunday: from Monday to the next one there are seven days.
  const days = nap === 'tomorrow' ? 1 : 7 - ((at.getDay() + 6) % 7)
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days, morning).getTime()
}
