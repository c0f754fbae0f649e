import { ToneBadge } from '@/components/Status'
import { useAccountT } from '@/i18n/accounts'
import { healthOf, isBehind } from './health'
import { isIdle, type Listed } from './listing'
import { descriptorOf } from './registry'
import { WatchBadge } from './WatchBadge'
import { watchOf } from './watch'

/** How an account is: what the server found when it looked last, or else what its view tells. */
export function StateBadge({ account }: { account: Listed }) {
  const t = useAccountT()
  const health = healthOf(account.conditions)
  if (health && !(health.word === 'ready' && isBehind(account)))
    return <ToneBadge tone={health.tone}>{t(`health.${health.word}`)}</ToneBadge>
  if (account.cloud)
    return descriptorOf(account.type).cluster || account.cloud['watch'] !== undefined ? (
      <WatchBadge state={watchOf(account.cloud).state} />
    ) : (
      <ToneBadge tone="idle">{t('inUse')}</ToneBadge>
    )
  return isIdle(account) ? (
    <ToneBadge tone="wait">{t('idle')}</ToneBadge>
  ) : (
    <ToneBadge tone="idle">{t('inUse')}</ToneBadge>
  )
}
