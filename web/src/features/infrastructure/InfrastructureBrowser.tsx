import { Button, SegmentedControl } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue, useMemo } from 'react'
import { loadBalancersQuery, resourcesQuery, serverGroupsQuery } from '@/api/queries'
import { infrastructureKinds, type InfrastructureKind, type InfrastructureSearch } from '@/app/search'
import { FilterField } from '@/components/FilterField'
import { usePageTitle } from '@/components/PageTitle'
import { Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { matches } from '@/features/search/match'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { spaced } from '@/lib/reason'
import { BulkLayer } from './bulk/BulkLayer'
import { ClusterList } from './ClusterList'
import { clustersOf } from './clusters'
import { FilterButton } from './FilterButton'
import { FilterPills } from './FilterPills'
import { filterNames, filtersOf, fits, optionsOf, textOfFilter, type Filterable } from './filter'
import { InstanceList } from './InstanceList'
import { LoadBalancerList } from './LoadBalancerList'
import { Nothing } from './Nothing'
import { ObjectInspector } from './ObjectInspector'
import { ResourceList } from './ResourceList'
import { instancesOf, keyOfGroup, rowsOf } from './rows'
import { useWork } from './running'
import { useSelection } from './selection'
import { useInfrastructureStream } from './stream'
import { sources } from './sources'

const from = '/applications/$app/infrastructure'

/** What runs of an application by one kind, filtered, with what can be done about it. */
export function InfrastructureBrowser({
  app,
  kind,
  off,
}: {
  app: string
  kind: InfrastructureKind
  off: readonly string[]
}) {
  const t = useT()
  const ti = useInfraT()
  const search = useSearch({ from })
  const navigate = useNavigate({ from })
  usePageTitle(t('app.infrastructure'), app)
  useInfrastructureStream(app)
  const set = (change: InfrastructureSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false })
  const grouped = kind === 'clusters' || kind === 'instances'
  const groups = useQuery({ ...serverGroupsQuery(app), enabled: grouped })
  const balancers = useQuery({ ...loadBalancersQuery(app), enabled: kind === 'loadBalancers' })
  const resources = useQuery({
    ...resourcesQuery(app),
    enabled: kind === 'resources' || kind === 'firewalls',
  })
  const work = useWork(app, kind === 'clusters')
  const query = {
    clusters: groups,
    instances: groups,
    loadBalancers: balancers,
    resources,
    firewalls: resources,
  }[kind]
  const { q = '', account, region, stack, detail, type, status, label } = useDeferredValue(search)
  const filters = useMemo(
    () => filtersOf({ account, region, stack, detail, type, status, label }),
    [account, region, stack, detail, type, status, label],
  )
  const all: readonly Filterable[] = useMemo(
    () =>
      kind === 'firewalls'
        ? (resources.data ?? []).filter((r) => r.kind === 'networkPolicy')
        : (query.data ?? []),
    [kind, resources.data, query.data],
  )
  const options = useMemo(() => optionsOf(all), [all])
  const found = useMemo(() => {
    const shows = (o: Filterable, more = '') =>
      fits(o, filters) && matches(`${o.name} ${o.region ?? ''} ${more}`, q)
    const seen = grouped
      ? (groups.data ?? []).filter((g) =>
          shows(
            g,
            `${g.cluster} ${(g.buildInfo.images ?? []).join(' ')} ${kind === 'instances' ? g.instances.map((i) => i.name).join(' ') : ''}`,
          ),
        )
      : []
    const instances =
      kind === 'instances'
        ? instancesOf(seen).filter(
            (i) =>
              q === '' ||
              matches(
                `${i.name} ${i.group.name} ${i.region} ${i.health?.state ?? ''} ${i.health?.reason ?? ''} ${spaced(i.health?.reason ?? '')}`,
                q,
              ),
          )
        : []
    return {
      groups: seen,
      rows: kind === 'clusters' ? rowsOf(clustersOf(seen)) : [],
      instances,
      balancers:
        kind === 'loadBalancers'
          ? (balancers.data ?? []).filter((b) => shows(b, (b.targets ?? []).map((g) => g.name).join(' ')))
          : [],
      resources: (resources.data ?? []).filter(
        (r) =>
          (kind === 'resources' || (kind === 'firewalls' && r.kind === 'networkPolicy')) && shows(r, r.kind),
      ),
    }
  }, [grouped, kind, q, filters, groups.data, balancers.data, resources.data])
  const count = {
    clusters: found.rows,
    instances: found.instances,
    loadBalancers: found.balancers,
    resources: found.resources,
    firewalls: found.resources,
  }[kind].length
  const keys = useMemo(
    () =>
      kind === 'clusters'
        ? found.rows.flatMap((r) => (r.is === 'group' ? [keyOfGroup(r.group)] : []))
        : found.instances.map((i) => i.key),
    [kind, found],
  )
  const selection = useSelection(keys)
  const change = (name: (typeof filterNames)[number], values: readonly string[]) => {
    set({ [name]: textOfFilter(values) })
  }
  const filtered = q !== '' || filterNames.some((name) => filters[name])
  const clear = () => {
    set({ q: undefined, ...Object.fromEntries(filterNames.map((name) => [name, undefined])) })
  }
  return (
    <div className="page">
      <Toolbar gap="sm" mb="md">
        <SegmentedControl
          size="xs"
          value={kind}
          aria-label={t('infra.kinds')}
          style={{ maxWidth: '100%', overflowX: 'auto' }}
          onChange={(v) => {
            const k = infrastructureKinds.find((i) => i === v)
            set({ kind: k, sel: undefined })
          }}
          data={infrastructureKinds
            .filter((k) => k === kind || !off.includes(sources[k]))
            .map((k) => ({ value: k, label: t(`infra.${k}`) }))}
        />
        <FilterField
          label={t('infra.filter')}
          value={search.q}
          change={(wanted) => {
            set({ q: wanted })
          }}
          style={{ flex: '1 1 180px', maxWidth: 320 }}
        />
        <FilterButton filters={filters} options={options} change={change} clear={clear} />
        <Button
          variant="default"
          ml="auto"
          leftSection={<IconPlus size={15} />}
          component={Link}
          to={`/applications/${encodeURIComponent(app)}/infrastructure/deploy${kind === 'loadBalancers' ? '?template=service' : kind === 'firewalls' ? '?template=networkPolicy' : ''}`}
        >
          {ti('manifest.deploy')}
        </Button>
      </Toolbar>
      <FilterPills filters={filters} change={change} />
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <RowsLoading rows={4} height={90} />
      ) : count === 0 ? (
        <Nothing filtered={filtered} q={q} clear={clear} />
      ) : kind === 'clusters' ? (
        <ClusterList rows={found.rows} selection={selection} work={work} />
      ) : kind === 'instances' ? (
        <InstanceList instances={found.instances} selection={selection} />
      ) : kind === 'loadBalancers' ? (
        <LoadBalancerList balancers={found.balancers} />
      ) : (
        <ResourceList resources={found.resources} />
      )}
      {grouped && selection.chosen.size > 0 && (
        <BulkLayer app={app} kind={kind} groups={groups.data ?? []} selection={selection} />
      )}
      <ObjectInspector app={app} />
    </div>
  )
}
