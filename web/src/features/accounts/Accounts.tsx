import { Button, Group, Text, Title } from '@mantine/core'
import { IconCloud, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { accountsQuery } from '@/api/queries'
import { FilterField } from '@/components/FilterField'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Ago } from '@/components/Time'
import { VirtualRows } from '@/components/VirtualRows'
import { matches } from '@/features/search/match'
import { useT } from '@/i18n'
import { AccountForm } from './AccountForm'
import classes from './Accounts.module.css'
import { storedQuery } from './queries'
import { WatchBadge } from './WatchBadge'
import { accountsByNeed, namespacesOf, toneOfWatch, watchOf, type Account } from './watch'

/** The clusters that can be deployed to, and how each is seen at this moment. */
export function Accounts() {
  const t = useT()
  usePageTitle(t('nav.accounts'))
  const { q = '', add = false } = useSearch({ from: '/accounts' })
  const navigate = useNavigate({ from: '/accounts' })
  const { data, error, refetch, isPending } = useQuery(accountsQuery)
  const allowed = useQuery(storedQuery).data?.allowed ?? false
  const set = (change: { q?: string; add?: boolean }) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const found = accountsByNeed(data ?? []).filter((a) => matches(`${a.name} ${a.environment ?? ''} ${a.type}`, q))
  const button = allowed && <Button leftSection={<IconPlus size={16} />} onClick={() => { set({ add: true }) }}>{t('accounts.add')}</Button>
  return (
    <div className="page">
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={1}>
          {t('nav.accounts')} {data && <span className="muted num" style={{ fontWeight: 400 }}>{data.length}</span>}
        </Title>
        {data && data.length > 0 && button}
      </Group>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowsLoading rows={4} height={52} />
      ) : data.length === 0 ? (
        <div className="card">
          <Empty icon={<IconCloud size={28} />} title={t('accounts.emptyTitle')} action={button}>
            <p style={{ margin: 0 }}>{t('accounts.emptyText')}</p>
            <p style={{ margin: '8px 0 0' }}>{t(allowed ? 'accounts.emptyHow' : 'accounts.emptyConfig')}</p>
          </Empty>
        </div>
      ) : (
        <>
          <Text c="dimmed" mb="sm">{t('accounts.intro')}</Text>
          {data.length > 5 && (
            <FilterField label={t('accounts.filter')} value={q} change={(wanted) => { set({ q: wanted }) }} style={{ maxWidth: 360, marginBottom: 12 }} />
          )}
          <div className="card">
            {found.length === 0 ? <Empty title={t('common.noMatch', { q })} /> : (
              <>
                <div className={`${classes.row} ${classes.headings}`}>
                  <span>{t('accounts.name')}</span>
                  <span>{t('accounts.tab.watch')}</span>
                  <span>{t('accounts.namespaces')}</span>
                  <span className={classes.right}>{t('accounts.seen')}</span>
                  <span className={classes.right}>{t('accounts.heard')}</span>
                </div>
                <VirtualRows count={found.length} keyOf={(i) => found[i]?.name ?? String(i)} height={() => 50}>{(i) => { const a = found[i]; return a && <Row account={a} /> }}</VirtualRows>
              </>
            )}
          </div>
        </>
      )}
      <AccountForm opened={add} close={() => { set({ add: undefined }) }} />
    </div>
  )
}

function Row({ account }: { account: Account }) {
  const t = useT()
  const watch = watchOf(account)
  const namespaces = namespacesOf(account)
  return (
    <div className={`${classes.row} hover-row`}>
      <Link to="/accounts/$account" params={{ account: account.name }} className={`cut ${classes.name}`}>{account.name}</Link>
      <span><WatchBadge state={watch.state} /></span>
      <span className={`cut muted ${classes.wide}`} title={namespaces.join(', ')}>{namespaces.length > 0 ? namespaces.join(', ') : t('accounts.allNamespaces')}</span>
      <span className={`muted num ${classes.wide} ${classes.right}`}>{t('accounts.objects', { n: watch.objects })}</span>
      <span className={`muted ${classes.wide} ${classes.right}`}><Ago time={watch.heard} /></span>
      {watch.error && <span className={classes.why} data-tone={toneOfWatch(watch.state)}>{watch.error}</span>}
    </div>
  )
}
