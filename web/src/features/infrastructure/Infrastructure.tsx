import { Button, Group, SegmentedControl, Select, TextInput } from '@mantine/core'
import { IconPlus, IconSearch, IconServer2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import { loadBalancersQuery, resourcesQuery, serverGroupsQuery } from '@/api/queries'
import { infrastructureKinds, type InfrastructureSearch } from '@/app/search'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { matches } from '@/features/search/match'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { ClusterList } from './ClusterList'
import { clustersOf } from './clusters'
import { LoadBalancerList } from './LoadBalancerList'
import { ObjectDrawer } from './ObjectDrawer'
import { ResourceList } from './ResourceList'
import { useInfrastructureStream } from './stream'

const from = '/applications/$app/infrastructure'

/** What runs of an application, live. */
export function Infrastructure() {
  const t = useT()
  const ti = useInfraT()
  const { app } = useParams({ from })
  const search = useSearch({ from })
  const navigate = useNavigate({ from })
  usePageTitle(t('app.infrastructure'), app)
  useInfrastructureStream(app)
  const set = (change: InfrastructureSearch) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false })
  const kind = search.kind ?? 'clusters'
  const groups = useQuery({ ...serverGroupsQuery(app), enabled: kind === 'clusters' })
  const balancers = useQuery({ ...loadBalancersQuery(app), enabled: kind === 'loadBalancers' })
  const resources = useQuery({ ...resourcesQuery(app), enabled: kind === 'resources' || kind === 'firewalls' })
  const query = { clusters: groups, loadBalancers: balancers, resources, firewalls: resources }[kind]
  const { q = '', account } = useDeferredValue(search)
  const fits = (o: { account: string; name: string; region?: string }, more = '') => (!account || o.account === account) && matches(`${o.name} ${o.region ?? ''} ${more}`, q)
  const accounts = [...new Set((query.data ?? []).map((o) => o.account))].sort()

  const found = {
    clusters: () => (groups.data ?? []).filter((g) => fits(g, `${g.cluster} ${(g.buildInfo.images ?? []).join(' ')}`)),
    loadBalancers: () => (balancers.data ?? []).filter((b) => fits(b, b.serverGroups.map((g) => g.name).join(' '))),
    resources: () => (resources.data ?? []).filter((r) => fits(r, r.kind)),
    firewalls: () => (resources.data ?? []).filter((r) => r.kind === 'networkPolicy' && fits(r)),
  }
  const empty = found[kind]().length === 0
  return (
    <div className="page">
      <Group gap="sm" mb="md">
        <SegmentedControl
          size="xs" value={kind} aria-label={t('infra.kinds')} style={{ maxWidth: '100%', overflowX: 'auto' }}
          onChange={(v) => { const k = infrastructureKinds.find((i) => i === v); set({ kind: k === 'clusters' ? undefined : k }) }}
          data={infrastructureKinds.map((k) => ({ value: k, label: t(`infra.${k}`) }))}
        />
        <TextInput
          leftSection={<IconSearch size={15} />} placeholder={t('infra.filter')} aria-label={t('infra.filter')} value={search.q ?? ''}
          onChange={(e) => { set({ q: e.currentTarget.value || undefined }) }} style={{ flex: '1 1 180px', maxWidth: 320 }}
        />
        {(accounts.length > 1 || account) && (
          <Select placeholder={t('infra.allAccounts')} aria-label={t('infra.account')} data={accounts} searchable clearable value={search.account ?? null} onChange={(v) => { set({ account: v ?? undefined }) }} w={200} />
        )}
        <Button size="xs" variant="default" ml="auto" leftSection={<IconPlus size={14} />} component={Link} to={`/applications/${encodeURIComponent(app)}/infrastructure/deploy`}>{ti('manifest.deploy')}</Button>
      </Group>
      {query.error ? <Failure error={query.error} retry={() => void query.refetch()} />
        : query.isPending ? <RowsLoading rows={4} height={90} />
        : empty ? (
          <div className="card">{q || account ? <Empty title={t('common.noMatch', { q: [q, account].filter(Boolean).join(' ') })} /> : <Empty icon={<IconServer2 size={26} />} title={t('infra.empty')}>{t('infra.emptyText')}</Empty>}</div>
        )
        : kind === 'clusters' ? <ClusterList clusters={clustersOf(found.clusters())} />
        : kind === 'loadBalancers' ? <LoadBalancerList balancers={found.loadBalancers()} />
        : <ResourceList resources={found[kind]()} />}
      <ObjectDrawer app={app} />
    </div>
  )
}
