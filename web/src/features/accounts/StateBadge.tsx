import { ToneBadge } from '@/components/Status'
import { useAccountT } from '@/i18n/accounts'
import { isIdle, type Listed } from './listing'
import { descriptorOf } from './registry'
import { WatchBadge } from './WatchBadge'
import { watchOf } from './watch'

/** How an account is, as far as that is known without a test. */
export function StateBadge({ account }: { account: Listed }) {
  const t = useAccountT()
  if (account.cloud) return descriptorOf(account.type).cluster || account.cloud['watch'] !== undefined ? <WatchBadge state={watchOf(account.cloud).state} /> : <ToneBadge tone="idle">{t('inUse')}</ToneBadge>
  return isIdle(account) ? <ToneBadge tone="wait">{t('idle')}</ToneBadge> : <ToneBadge tone="idle">{t('inUse')}</ToneBadge>
}
