import type { Schemas } from '@/api/client'
import type { Tone } from '@/lib/status'

/** How an account's cluster is watched, as the server tells it beside the account. */
export type Watch = {
  state?: string
  since?: string
  heard?: string
  objects?: number
  error?: string
  kinds?: { kind: string; synced?: boolean; error?: string }[]
}

export function watchOf(account: Schemas['Account']): Watch | undefined {
  const watch = account['watch']
  return typeof watch === 'object' && watch !== null ? (watch as Watch) : undefined
}

/** A watch that is live is good; one that has an error is not; all else is on its way. */
export function watchTone(watch: Watch | undefined): Tone {
  if (!watch) return 'idle'
  if (watch.state === 'live') return (watch.kinds ?? []).some((k) => k.error) ? 'wait' : 'good'
  return watch.error ? 'bad' : 'busy'
}
