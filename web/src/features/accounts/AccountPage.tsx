import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconEdit, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { keys } from '@/api/queries'
import { Confirm } from '@/components/Confirm'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Ago } from '@/components/Time'
import { Toolbar } from '@/components/Toolbar'
import { useAction } from '@/components/useAction'
import { Unfinished } from '@/features/home/Unfinished'
import { useT } from '@/i18n'
import { useAccountT } from '@/i18n/accounts'
import { AccountForm } from './AccountForm'
import { AccountOverview } from './AccountOverview'
import classes from './Accounts.module.css'
import { AgentPanel } from './AgentPanel'
import { Conditions } from './Conditions'
import { ConnectionTest } from './ConnectionTest'
import { Fact } from './Fact'
import { healthOf, type Condition } from './health'
import { History } from './History'
import { chosen } from './listing'
import { removeAccount } from './queries'
import { descriptorOf } from './registry'
import { NextStep } from './NextStep'
import { StateBadge } from './StateBadge'
import { useAccounts } from './useAccounts'
import { kindsByNeed, namespacesOf, stateOfKind, watchOf, type Account, type Watch } from './watch'

type Tab = 'watch' | 'test' | 'agent' | 'history'

/** An account: how it is, what it lacks, and what it was. */
export function AccountPage(): ReactNode {
  const t = useT()
  const ta = useAccountT()
  const { account: name } = useParams({ from: '/accounts/$account' })
  const { tab = 'watch', edit = false, added = false, type } = useSearch({ from: '/accounts/$account' })
  const navigate = useNavigate({ from: '/accounts/$account' })
  const queries = useQueryClient()
  const [removing, setRemoving] = useState(false)
  usePageTitle(name, t('nav.accounts'))
  const { data, error, retry, allowed, types } = useAccounts()
  const account = data && chosen(data, name, type)
  const definition = account?.definition
  const cluster = descriptorOf(account?.type ?? '').cluster ?? false
  const remove = useAction(() => removeAccount(name), {
    done: t('accounts.removed', { name }),
    then: () => {
      void navigate({ to: '/accounts' })
      void queries.invalidateQueries({ queryKey: keys.accounts })
    },
  })
  const set = (change: { edit?: boolean }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  // What is stored can be tested, and what is configured where its type can be.
  const testable =
    allowed && (definition !== undefined || types.some((known) => known.type === account?.type))
  const tabs: Tab[] = [
    'watch',
    ...(testable ? ['test' as const] : []),
    ...(definition?.['agent'] === true ? ['agent' as const] : []),
    ...(definition ? ['history' as const] : []),
  ]
  return (
    <>
      <div className={classes.head}>
        <Toolbar justify="space-between" gap="sm">
          <Group gap={6} wrap="nowrap" style={{ minWidth: 0 }}>
            <Link to="/accounts" className={classes.up}>
              {t('nav.accounts')}
            </Link>
            <span className="muted" aria-hidden>
              /
            </span>
            <Title order={1} className={`cut ${classes.title}`}>
              {name}
            </Title>
            {account && <StateBadge account={account} />}
          </Group>
          {definition && (
            <Group gap="xs">
              <Button
                size="xs"
                variant="default"
                leftSection={<IconEdit size={15} />}
                onClick={() => {
                  set({ edit: true })
                }}
              >
                {t('accounts.change')}
              </Button>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconTrash size={15} />}
                onClick={() => {
                  setRemoving(true)
                }}
              >
                {t('accounts.remove')}
              </Button>
            </Group>
          )}
        </Toolbar>
        <nav className={classes.tabs} aria-label={name}>
          {tabs.map((key) => (
            <Link
              key={key}
              to="/accounts/$account"
              params={{ account: name }}
              search={{ type, ...(key === 'watch' ? {} : { tab: key }) }}
              className={classes.tab}
              data-here={key === tab || undefined}
              aria-current={key === tab ? 'page' : undefined}
            >
              {key === 'watch' && !cluster ? ta('overview') : t(`accounts.tab.${key}`)}
            </Link>
          ))}
        </nav>
      </div>
      <div className="page">
        <Unfinished />
        {added && cluster && account && <NextStep name={name} />}
        {error ? (
          <Failure error={error} retry={retry} />
        ) : !data ? (
          <RowsLoading />
        ) : !account ? (
          <div className="card">
            <Empty
              title={t('accounts.gone', { name })}
              action={
                <Button component={Link} to="/accounts" variant="light">
                  {t('accounts.all')}
                </Button>
              }
            />
          </div>
        ) : tab === 'test' && testable ? (
          <ConnectionTest key={account.type} account={name} type={account.type} />
        ) : tab === 'agent' && definition ? (
          <AgentPanel account={name} />
        ) : tab === 'history' && definition ? (
          <History account={name} />
        ) : cluster ? (
          // One that was just added is stored before it is watched.
          <WatchPanel
            account={account.cloud ?? { name, type: account.type }}
            stored={definition !== undefined}
            conditions={account.conditions}
          />
        ) : (
          <AccountOverview account={account} types={types} />
        )}
      </div>
      {definition && (
        <AccountForm
          opened={edit}
          close={() => {
            set({ edit: undefined })
          }}
          before={definition}
        />
      )}
      <Confirm
        opened={removing}
        close={() => {
          setRemoving(false)
        }}
        title={t('accounts.removeTitle', { name })}
        action={t('accounts.remove')}
        danger
        busy={remove.isPending}
        onConfirm={() => {
          remove.mutate()
        }}
      >
        {cluster ? t('accounts.removeText') : ta('removeText')}
      </Confirm>
    </>
  )
}

function WatchPanel({
  account,
  stored,
  conditions,
}: {
  account: Account
  stored: boolean
  conditions?: readonly Condition[]
}) {
  const t = useT()
  const watch = watchOf(account)
  const namespaces = namespacesOf(account)
  const health = healthOf(conditions)
  return (
    <Stack gap="md">
      {health && <Conditions conditions={conditions ?? []} />}
      <div className="card">
        <Text p="md" pb={0}>
          {t(`accounts.stateText.${watch.state}`)}
        </Text>
        {watch.error && health?.tone !== 'bad' && (
          <Text
            px="md"
            pt={6}
            style={{ color: `var(--${watch.state === 'down' ? 'bad' : 'wait'})`, overflowWrap: 'anywhere' }}
          >
            {watch.error}
          </Text>
        )}
        <dl className={classes.facts}>
          <Fact name={t('accounts.seen')}>{t('accounts.objects', { n: watch.objects })}</Fact>
          <Fact name={t('accounts.heard')}>
            {watch.heard ? <Ago time={watch.heard} /> : t('accounts.never')}
          </Fact>
          {watch.since !== undefined && (
            <Fact name={t('accounts.since')}>
              <Ago time={watch.since} />
            </Fact>
          )}
          <Fact name={t('accounts.namespaces')}>
            {namespaces.length > 0 ? namespaces.join(', ') : t('accounts.allNamespaces')}
          </Fact>
          {account.environment && account.environment !== account.name && (
            <Fact name={t('accounts.environment')}>{account.environment}</Fact>
          )}
          <Fact name={t('accounts.from')}>{t(stored ? 'accounts.fromStore' : 'accounts.fromConfig')}</Fact>
        </dl>
      </div>
      <Kinds watch={watch} />
    </Stack>
  )
}

const toneOfKind = { broken: 'bad', pending: 'busy', synced: 'good' } as const

function Kinds({ watch }: { watch: Watch }) {
  const t = useT()
  if (watch.kinds.length === 0) return null
  return (
    <section aria-labelledby="kinds">
      <Title order={2} id="kinds" mb={10}>
        {t('accounts.kinds')}{' '}
        <span className="muted num" style={{ fontWeight: 400 }}>
          {watch.kinds.length}
        </span>
      </Title>
      <div className="card">
        {kindsByNeed(watch.kinds).map((k) => {
          const state = stateOfKind(k)
          return (
            <div key={k.kind} className={classes.kind}>
              <span className="cut mono">{k.kind}</span>
              <span style={{ color: `var(--${toneOfKind[state]})` }}>{t(`accounts.kind.${state}`)}</span>
              <span className={`muted ${classes.wide} ${classes.right}`}>
                <Ago time={k.heard ? Date.parse(k.heard) : undefined} />
              </span>
              {k.error && <span className={classes.why}>{k.error}</span>}
            </div>
          )
        })}
      </div>
    </section>
  )
}
