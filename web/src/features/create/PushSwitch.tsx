import { Switch, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { WebhookAddress } from '@/features/editor/triggers/WebhookAddress'
import { hosts } from '@/features/editor/triggers/address'
import { useForm } from './form'
import { pushTrigger } from './push'
import { usePush } from './usePush'

/** Whether pushes start the pipeline, and how the Git host comes to tell of them. */
export function PushSwitch() {
  const { d, t, part } = useForm()
  const { possible, push } = usePush(d)
  const set = part('repository')
  if (!possible)
    return (
      d.repository.url.trim() !== '' && (
        <Text size="sm" c="dimmed">
          {t('pushUnknown')} <Link to="/accounts">{t('pushAccounts')}</Link>
        </Text>
      )
    )
  const { account, path, name } = possible
  const host = account?.host ?? hosts[name.source] ?? ''
  return (
    <>
      <Switch
        label={t('push')}
        description={
          account ? t('pushHelp', { host, path, account: account.name }) : t('pushByHand', { host })
        }
        checked={push !== undefined}
        onChange={(e) => {
          set({ push: e.currentTarget.checked ? 'yes' : 'no' })
        }}
      />
      {push && !account && <WebhookAddress trigger={pushTrigger(push)} />}
    </>
  )
}
