import { ToneBadge } from '@/components/Status'
import { useT } from '@/i18n'
import { toneOfWatch, type WatchState } from './watch'

/** How an account's watch is, in a word, on its tone. */
export function WatchBadge({ state }: { state: WatchState }) {
  const t = useT()
  return <ToneBadge tone={toneOfWatch(state)}>{t(`accounts.state.${state}`)}</ToneBadge>
}
