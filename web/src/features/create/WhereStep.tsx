import { Autocomplete, Button, Select, Switch, Text, TextInput } from '@mantine/core'
import { IconCloud, IconEye, IconPlayerPlay, IconStairs, type Icon } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { accountsQuery } from '@/api/queries'
import { Fields } from '@/components/Fields'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { namespacesOf, watchOf, type Account } from '@/features/accounts/watch'
import { strategies, ways, type Draft } from './draft'
import { useForm } from './form'
import { Choices } from './Choices'
import { Part } from './Part'
import classes from './NewApplication.module.css'

const icons: Record<Draft['way'], Icon> = { straight: IconPlayerPlay, ask: IconEye, staged: IconStairs }

/** Step three: where it shall run, and how it gets there. */
export function WhereStep() {
  const { d, set, t, field, part } = useForm()
  const accounts = useQuery(accountsQuery)
  const clusters = (accounts.data ?? []).filter((a) => a.type === 'kubernetes')
  const only = clusters[0]?.name
  // The first is a good guess, and the only one is none.
  useEffect(() => {
    if (only === undefined) return
    const names = clusters.map((a) => a.name)
    if (!names.includes(d.place.account)) part('place')({ account: only })
    else if (!names.includes(d.first.account)) part('first')({ account: only })
  })
  if (accounts.error) return <Failure error={accounts.error} retry={() => void accounts.refetch()} />
  if (!accounts.data) return <RowsLoading rows={3} height={80} />
  if (only === undefined) {
    return (
      <div className="card">
        <Empty
          icon={<IconCloud size={26} />}
          title={t('noAccounts')}
          action={
            <Button renderRoot={(props) => <Link {...props} to="/accounts" search={{ add: 'kubernetes' }} />}>
              {t('addAccount')}
            </Button>
          }
        >
          {t('noAccountsText')}
        </Empty>
      </div>
    )
  }
  return (
    <>
      <Part title={t('whereTitle')}>
        <Where labels={[t('account'), t('namespace')]} clusters={clusters} part="place" />
        {d.kind !== 'repository' ? (
          d.place.namespace !== 'default' && (
            <Switch
              mt="md"
              label={t('makeNamespace')}
              checked={d.makeNamespace}
              onChange={(e) => {
                set({ makeNamespace: e.currentTarget.checked })
              }}
            />
          )
        ) : (
          <Text size="sm" c="dimmed" mt="sm">
            {t('namespaceThere')}
          </Text>
        )}
      </Part>
      <Part title={t('howTitle')}>
        <Fields gap="md">
          <Choices
            label={t('howTitle')}
            value={d.way}
            choices={ways.map((w) => ({
              value: w,
              label: t(`way.${w}`),
              help: t(`wayHelp.${w}`),
              icon: icons[w],
            }))}
            onChange={(way) => {
              set({ way })
            }}
          />
          {d.way === 'staged' && (
            <Where labels={[t('firstAccount'), t('firstNamespace')]} clusters={clusters} part="first" />
          )}
          {d.kind === 'image' && (
            <Select
              label={t('strategy')}
              allowDeselect={false}
              value={d.strategy}
              {...field('strategy')}
              data={strategies.map((s) => ({ value: s, label: t(`strategies.${s}`) }))}
              onChange={(v) => {
                set({ strategy: strategies.find((s) => s === v) ?? 'rolling' })
              }}
            />
          )}
          {(d.kind === 'image' || d.kind === 'repository' || d.kind === 'chart') && (
            <Switch
              label={t(`parameter.${d.kind}`)}
              description={t('parameterHelp')}
              checked={d.parameter}
              onChange={(e) => {
                set({ parameter: e.currentTarget.checked })
              }}
            />
          )}
          <TextInput
            label={t('pipeline')}
            placeholder={t('words.deploy')}
            autoComplete="off"
            value={d.pipeline}
            onChange={(e) => {
              set({ pipeline: e.currentTarget.value })
            }}
          />
        </Fields>
      </Part>
    </>
  )
}

function Where({
  labels: [account, namespace],
  clusters,
  part: key,
}: {
  labels: [string, string]
  clusters: readonly Account[]
  part: 'place' | 'first'
}) {
  const { d, t, field, part } = useForm()
  const p = d[key]
  const chosen = clusters.find((a) => a.name === p.account)
  const state = chosen ? watchOf(chosen).state : 'live'
  const namespaces = chosen ? namespacesOf(chosen) : []
  return (
    <Fields>
      <div className={classes.two}>
        <Select
          label={account}
          allowDeselect={false}
          searchable={clusters.length > 8}
          data={clusters.map((a) => a.name)}
          value={p.account || null}
          {...field(key === 'place' ? 'account' : 'firstAccount')}
          description={state === 'live' ? undefined : t(`watch.${state}`)}
          onChange={(name) => {
            part(key)({ account: name ?? '' })
          }}
        />
        <Autocomplete
          label={namespace}
          data={namespaces.length > 0 ? namespaces : ['default']}
          value={p.namespace}
          {...field(key === 'place' ? 'namespace' : 'firstNamespace')}
          onChange={(v) => {
            part(key)({ namespace: v })
          }}
        />
      </div>
    </Fields>
  )
}
