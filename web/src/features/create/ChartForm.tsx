import { Input, Select, Skeleton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { artifactAccountsQuery } from '@/api/queries'
import { Fields } from '@/components/Fields'
import { useForm } from './form'
import { Segments } from './Segments'
import { accountsFor, chartNamesQuery, chartVersionsQuery, indexQuery } from './queries'
import { isWebAddress } from './source'
import { ChosenChart } from './ChosenChart'

const CodeEditor = lazy(() => import('@/components/CodeEditor'))

/** A Helm chart: which one, in which version, with which values. */
export function ChartForm() {
  const {
    d: { chart: c },
    t,
    field,
    part,
  } = useForm()
  const set = part('chart')
  const accounts = accountsFor(useQuery(artifactAccountsQuery).data ?? [], 'chart')
  const none = { name: '', version: '', url: '' }
  const sources = [
    ...(accounts.length > 0 ? [{ value: 'account' as const, label: t('fromAccount') }] : []),
    { value: 'address' as const, label: t('fromAddress') },
    { value: 'archive' as const, label: t('fromArchive') },
  ]
  return (
    <Fields gap="md">
      <Segments
        label={t('from')}
        value={c.from}
        choices={sources}
        onChange={(from) => {
          set({ from, ...none, account: c.account || (accounts[0]?.name ?? '') })
        }}
      />
      {c.from === 'account' ? (
        <>
          <Select
            label={t('charts')}
            allowDeselect={false}
            data={accounts.map((a) => a.name)}
            value={c.account || null}
            onChange={(account) => {
              set({ account: account ?? '', ...none })
            }}
          />
          <OfAccount />
        </>
      ) : c.from === 'address' ? (
        <>
          <TextInput
            label={t('address')}
            description={t('addressHelp')}
            placeholder="https://charts.example.com"
            autoComplete="off"
            spellCheck={false}
            value={c.address}
            {...field('address')}
            onChange={(e) => {
              set({ address: e.currentTarget.value, ...none })
            }}
          />
          <OfAddress />
        </>
      ) : (
        <TextInput
          label={t('archive')}
          placeholder="https://example.com/shop-1.2.3.tgz"
          autoComplete="off"
          spellCheck={false}
          value={c.archive}
          {...field('archive')}
          onChange={(e) => {
            set({ archive: e.currentTarget.value })
          }}
        />
      )}
      <TextInput
        label={t('release')}
        description={t('releaseHelp')}
        autoComplete="off"
        value={c.release}
        {...field('release')}
        onChange={(e) => {
          set({ release: e.currentTarget.value })
        }}
      />
      <Input.Wrapper
        label={t('values')}
        description={t('valuesHelp')}
        labelElement="div"
        error={field('values').error}
      >
        <div style={{ marginTop: 4, marginBottom: 5 }}>
          <Suspense fallback={<Skeleton height={90} />}>
            <CodeEditor
              form="yaml"
              label={t('values')}
              value={c.values}
              onChange={(values) => {
                set({ values })
              }}
            />
          </Suspense>
        </div>
      </Input.Wrapper>
    </Fields>
  )
}

function OfAccount() {
  const {
    d: { chart: c },
    part,
  } = useForm()
  const names = useQuery(chartNamesQuery(c.account))
  const versions = useQuery(chartVersionsQuery(c.account, c.name))
  return (
    <ChosenChart
      names={names.data}
      versions={versions.data}
      looking={names.isFetching}
      error={names.error ?? versions.error}
      choose={(name, version) => {
        part('chart')({ name, version, url: '' })
      }}
    />
  )
}

function OfAddress() {
  const {
    d: { chart: c },
    part,
  } = useForm()
  const [address] = useDebouncedValue(c.address.trim(), 400)
  const index = useQuery(indexQuery(address, isWebAddress(address)))
  const charts = index.data ?? {}
  return (
    <ChosenChart
      names={index.data && Object.keys(charts)}
      versions={charts[c.name]?.map((v) => v.version)}
      looking={index.isFetching}
      error={index.error}
      choose={(name, version) => {
        const entry = charts[name]?.find((v) => v.version === version) ?? charts[name]?.[0]
        part('chart')({ name, version: entry?.version ?? version, url: entry?.url ?? '' })
      }}
    />
  )
}
