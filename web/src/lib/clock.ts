// What time it is for the server. Times in answers are the server's, and this
// computer's clock may differ: by its own, a run would have started in the future.

/** How far the server's clock may be ahead of this one, in milliseconds: at least, and at most. */
type Bounds = { low: number; high: number }

// The Date header is cut to whole seconds.
const second = 1000

let bounds: Bounds = { low: -Infinity, high: Infinity }

/**
 * An answer with the server's time has come; all in milliseconds since the epoch.
 * The server wrote the time after the request was sent and before the answer came,
 * so each answer narrows down the difference.
 */
export function heard(date: number, sent: number, received: number): void {
  if (!Number.isFinite(date) || received < sent) return
  const [low, high] = [date - received, date + second - sent]
  const both = { low: Math.max(low, bounds.low), high: Math.min(high, bounds.high) }
  // Where the two contradict each other, a clock was set in between.
  bounds = both.low <= both.high ? both : { low, high }
}

/** Notes the time of an answer that was asked for at a time by this computer's clock. */
export function heardFrom(answer: Response, sent: number): void {
  // What a cache gives has an old time.
  if (answer.headers.has('Age')) return
  heard(Date.parse(answer.headers.get('Date') ?? ''), sent, Date.now())
}

/** How far the server's clock is ahead; 0 for as long as this computer's may be right. */
export function difference(): number {
  const { low, high } = bounds
  if (low <= 0 && high >= 0) return 0
  return Math.round((low + high) / 2)
}

/** The server's time in milliseconds since the epoch. */
export const serverNow = (): number => Date.now() + difference()

/** Forgets what was heard; for tests. */
export function forget(): void {
  bounds = { low: -Infinity, high: Infinity }
}
