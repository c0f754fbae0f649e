import { Button, Select, Text, Title } from '@mantine/core'
import { IconCloud, IconPlus } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { FilterField } from '@/components/FilterField'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Ago } from '@/components/Time'
import { Toolbar } from '@/components/Toolbar'
import { VirtualRows } from '@/components/VirtualRows'
import { matches } from '@/features/search/match'
import { useT } from '@/i18n'
import { useAccountT } from '@/i18n/accounts'
import { byName } from '@/lib/order'
import { AccountForm } from './AccountForm'
import classes from './Accounts.module.css'
import { problemOf } from './health'
import type { Listed } from './listing'
import { descriptorOf } from './registry'
import { StateBadge } from './StateBadge'
import { useAccounts } from './useAccounts'
import { useTypeText } from './useFields'
import { namespacesOf, watchOf } from './watch'

// Of fewer accounts everybody sees which there are.
const few = 5

/** All that pipelines work with, and how each is at this moment. */
export function Accounts(): ReactNode {
  const t = useT()
  const ta = useAccountT()
  const text = useTypeText()
  usePageTitle(t('nav.accounts'))
  const { q = '', type, add } = useSearch({ from: '/accounts' })
  const navigate = useNavigate({ from: '/accounts' })
  const { data, error, retry, allowed } = useAccounts()
  const set = (change: { q?: string; type?: string; add?: true | string }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const kinds = new Map(data?.map((a) => [a.type, text(a.title)]))
  const found =
    data?.filter(
      (a) =>
        (type === undefined || a.type === type) &&
        matches(
          `${a.name} ${a.cloud?.environment ?? ''} ${text(a.title)} ${a.type} ${a.artifacts?.join(' ') ?? ''}`,
          q,
        ),
    ) ?? []
  const twice = new Set(data?.map((a) => a.name).filter((name, i, all) => all.indexOf(name) < i))
  const button = allowed && (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => {
        set({ add: true })
      }}
    >
      {t('accounts.add')}
    </Button>
  )
  return (
    <div className="page">
      <Toolbar justify="space-between" mb="md" gap="sm">
        <Title order={1}>
          {t('nav.accounts')}{' '}
          {data && (
            <span className="muted num" style={{ fontWeight: 400 }}>
              {data.length}
            </span>
          )}
        </Title>
        {data && button}
      </Toolbar>
      {error ? (
        <Failure error={error} retry={retry} />
      ) : !data ? (
        <RowsLoading rows={4} height={52} />
      ) : (
        <>
          {data.some((a) => a.cloud) ? (
            <Text c="dimmed" mb="sm">
              {ta('intro')}
            </Text>
          ) : (
            <FirstCluster
              allowed={allowed}
              add={(wanted) => {
                set({ add: wanted })
              }}
            />
          )}
          {(data.length > few || kinds.size > 1 || q !== '' || type !== undefined) && (
            <div className={classes.filters}>
              <FilterField
                label={ta('filter')}
                value={q}
                change={(wanted) => {
                  set({ q: wanted })
                }}
              />
              {(kinds.size > 1 || type !== undefined) && (
                <Select
                  aria-label={ta('type')}
                  placeholder={ta('anyType')}
                  clearable
                  searchable={kinds.size > 8}
                  value={type ?? null}
                  onChange={(v) => {
                    set({ type: v ?? undefined })
                  }}
                  clearButtonProps={{ 'aria-label': ta('anyType') }}
                  data={[...kinds]
                    .map(([value, label]) => ({ value, label }))
                    .sort((a, b) => byName(a.label, b.label))}
                />
              )}
            </div>
          )}
          {data.length > 0 && (
            <div className="card">
              {found.length === 0 ? (
                <Empty
                  title={ta('noMatch')}
                  action={
                    <Button
                      variant="light"
                      onClick={() => {
                        set({ q: undefined, type: undefined })
                      }}
                    >
                      {ta('clear')}
                    </Button>
                  }
                />
              ) : (
                <>
                  <div className={`${classes.row} ${classes.headings}`}>
                    <span>{t('accounts.name')}</span>
                    <span>{ta('type')}</span>
                    <span>{ta('state')}</span>
                    <span>{ta('details')}</span>
                    <span>{ta('from')}</span>
                  </div>
                  <VirtualRows count={found.length} keyOf={(i) => keyOf(found[i], i)} height={() => 50}>
                    {(i) => {
                      const a = found[i]
                      return a && <Row account={a} twice={twice.has(a.name)} />
                    }}
                  </VirtualRows>
                </>
              )}
            </div>
          )}
        </>
      )}
      <AccountForm
        opened={add !== undefined}
        close={() => {
          set({ add: undefined })
        }}
        type={typeof add === 'string' ? add : undefined}
        choose={(wanted) => {
          set({ add: wanted ?? true })
        }}
      />
    </div>
  )
}

/** What there is to do where nothing can be deployed to yet. */
function FirstCluster({ allowed, add }: { allowed: boolean; add: (type: string) => void }) {
  const t = useT()
  return (
    <div className="card" style={{ marginBottom: 16 }}>
      <Empty
        icon={<IconCloud size={28} />}
        title={t('accounts.emptyTitle')}
        action={
          allowed && (
            <Button
              leftSection={<IconPlus size={16} />}
              onClick={() => {
                add('kubernetes')
              }}
            >
              {t('home.first.add')}
            </Button>
          )
        }
      >
        <p style={{ margin: 0 }}>{t('accounts.emptyText')}</p>
        <p style={{ margin: '8px 0 0' }}>{t(allowed ? 'accounts.emptyHow' : 'accounts.emptyConfig')}</p>
      </Empty>
    </div>
  )
}

const keyOf = (a: Listed | undefined, i: number) => (a ? `${a.type} ${a.name}` : String(i))

function Row({ account, twice }: { account: Listed; twice: boolean }) {
  const ta = useAccountT()
  const text = useTypeText()
  const problem = problemOf(account)
  const details = useDetails(account)
  const { icon: Sign } = descriptorOf(account.type)
  return (
    <div className={`${classes.row} hover-row`}>
      <span className={classes.named}>
        <Sign size={18} stroke={1.7} className={classes.sign} aria-hidden />
        <Link
          to="/accounts/$account"
          params={{ account: account.name }}
          search={twice ? { type: account.type } : {}}
          className={`cut ${classes.name}`}
        >
          {account.name}
        </Link>
      </span>
      <span className={`cut muted ${classes.kindOf}`} title={text(account.title)}>
        {text(account.title)}
      </span>
      <span className={classes.stateOf}>
        <StateBadge account={account} />
      </span>
      <span className={`cut muted ${classes.wide}`} title={details}>
        {details}
      </span>
      <span className={`cut muted ${classes.wide}`}>{ta(account.definition ? 'stored' : 'configured')}</span>
      {problem && (
        <span className={classes.why} data-tone={problem.tone}>
          {problem.text}
          {problem.since !== undefined && (
            <>
              {' '}
              · <Ago time={problem.since} />
            </>
          )}
        </span>
      )}
    </div>
  )
}

/** What an account is for, in a line. */
function useDetails({ cloud, artifacts }: Listed): string {
  const t = useT()
  if (!cloud) return artifacts?.join(', ') ?? ''
  const namespaces = namespacesOf(cloud)
  return [
    namespaces.length > 0 ? namespaces.join(', ') : t('accounts.allNamespaces'),
    t('accounts.objects', { n: watchOf(cloud).objects }),
  ].join(' · ')
}
