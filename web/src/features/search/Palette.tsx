import { Loader } from '@mantine/core'
import { useDebouncedValue, useHotkeys } from '@mantine/hooks'
import { Spotlight, spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import {
  IconApps,
  IconBox,
  IconLayoutList,
  IconPlayerPlay,
  IconSearch,
  IconServer2,
  IconSitemap,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type KeyboardEvent } from 'react'
import { client, unwrap } from '@/api/client'
import { applicationsQuery } from '@/api/queries'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import { matches, rank } from './match'
import { runsGroup } from './runsGroup'
import { useFind } from './useFind'

const most = 6
const kinds = 'clusters,serverGroups,loadBalancers,instances'

type Found = {
  type?: string
  name?: string
  application?: string
  account?: string
  region?: string
  namespace?: string
  serverGroup?: string
  loadBalancer?: string
  instanceId?: string
  cluster?: string
}

/** Enter takes the first where none was chosen with the arrows; one that ends a composed word takes none. */
function takeFirst(e: KeyboardEvent<HTMLInputElement>) {
  if (e.key !== 'Enter' || e.nativeEvent.isComposing) return
  const actions = [...document.querySelectorAll<HTMLElement>('.mantine-Spotlight-action')]
  if (actions.some((a) => a.hasAttribute('data-selected'))) return
  e.preventDefault()
  actions[0]?.click()
}

/** Ctrl-K: goes to anything by its name. */
export function Palette() {
  const t = useT()
  // From a field that is written in too, where a slash is a slash.
  useHotkeys([['mod+K', spotlight.toggle]], [], true)
  const navigate = useNavigate()
  const [query, setQuery] = useState('')
  const closed = useFind(setQuery)
  const [open, setOpen] = useState(false)
  const [asked] = useDebouncedValue(query.trim(), 180)
  const applications = useQuery({ ...applicationsQuery, enabled: open })
  const pipelines = useQuery({
    queryKey: ['pipelineNames'],
    queryFn: () => unwrap(client.GET('/pipelineConfigs')),
    enabled: open && asked.length >= 2,
    staleTime: 60_000,
    select: (all) => all.map(({ id, name = '', application = '' }) => ({ id, name, application })),
  })
  const running = useQuery({
    queryKey: ['search', asked],
    queryFn: async () => {
      const pages = await unwrap(
        client.GET('/search', { params: { query: { q: asked, type: kinds, pageSize: most } } }),
      )
      return pages.flatMap((p) => p.results as Found[])
    },
    enabled: open && asked.length >= 3,
    staleTime: 5000,
  })

  const groups: SpotlightActionGroupData[] = []
  const apps = rank(applications.data ?? [], query, (a) => a.name).slice(0, query ? most : 4)
  if (apps.length > 0) {
    groups.push({
      group: t('search.applications'),
      actions: apps.map((a) => ({
        id: `app ${a.name}`,
        label: a.name,
        description: a.email,
        leftSection: <IconApps size={18} />,
        onClick: () => void navigate({ to: '/applications/$app', params: { app: a.name } }),
      })),
    })
  }
  const names =
    asked.length >= 2
      ? rank(
          (pipelines.data ?? []).filter((p) => matches(`${p.application} ${p.name}`, query)),
          query,
          (p) => p.name,
        ).slice(0, most)
      : []
  if (names.length > 0) {
    groups.push({
      group: t('search.pipelines'),
      actions: names.map((p) => ({
        id: `pipeline ${p.id}`,
        label: p.name,
        description: p.application,
        leftSection: <IconPlayerPlay size={18} />,
        onClick: () =>
          void navigate({
            to: '/applications/$app/pipelines/$id',
            params: { app: p.application, id: p.id ?? '' },
          }),
      })),
    })
  }
  const found = (asked.length >= 3 ? (running.data ?? []) : []).slice(0, 12)
  if (found.length > 0) {
    groups.push({
      group: t('search.running'),
      actions: found.map((f, i) => {
        const id = f.instanceId ?? f.serverGroup ?? f.loadBalancer ?? f.name ?? ''
        const { kind, name } = kindAndName(id)
        const Icon = f.type === 'instances' ? IconBox : f.type === 'loadBalancers' ? IconSitemap : IconServer2
        return {
          id: `${f.type} ${id} ${i}`,
          label: name,
          description: [kind, f.application, f.account, f.region ?? f.namespace].filter(Boolean).join(' · '),
          leftSection: <Icon size={18} />,
          onClick: () =>
            void navigate({
              to: '/applications/$app/infrastructure',
              params: { app: f.application ?? '' },
              search:
                f.type === 'clusters'
                  ? { q: name }
                  : { in: f.account, at: f.region ?? f.namespace, show: id },
            }),
        }
      }),
    })
  }
  const pages = [
    {
      id: 'page applications',
      label: t('nav.applications'),
      onClick: () => void navigate({ to: '/' }),
      leftSection: <IconLayoutList size={18} />,
    },
    {
      id: 'page projects',
      label: t('nav.projects'),
      onClick: () => void navigate({ to: '/projects' }),
      leftSection: <IconLayoutList size={18} />,
    },
    {
      id: 'page templates',
      label: t('nav.templates'),
      onClick: () => void navigate({ to: '/templates', search: {} }),
      leftSection: <IconLayoutList size={18} />,
    },
    {
      id: 'page about',
      label: t('nav.about'),
      onClick: () => void navigate({ to: '/about' }),
      leftSection: <IconLayoutList size={18} />,
    },
    {
      id: 'page accounts',
      label: t('nav.accounts'),
      onClick: () => void navigate({ to: '/accounts' }),
      leftSection: <IconLayoutList size={18} />,
    },
  ].filter((p) => matches(p.label, query))
  if (pages.length > 0) groups.push({ group: t('search.pages'), actions: pages })
  // Last, so that Enter takes it only if nothing has this name: an image's tag, a commit.
  if (asked !== '' && asked === query.trim() && !running.isFetching)
    groups.push(runsGroup(t, asked, () => void navigate({ to: '/runs', search: { q: asked } })))

  return (
    <Spotlight
      actions={groups}
      filter={(_, all) => all}
      query={query}
      onQueryChange={setQuery}
      shortcut="/"
      onSpotlightOpen={() => {
        setOpen(true)
      }}
      onSpotlightClose={() => {
        setOpen(false)
        setQuery('')
        closed()
      }}
      nothingFound={running.isFetching || query.trim() !== asked ? t('search.looking') : t('search.nothing')}
      highlightQuery
      scrollable
      maxHeight={440}
      size={600}
      searchProps={{
        onKeyDown: takeFirst,
        leftSection: <IconSearch size={18} />,
        placeholder: t('search.placeholder'),
        'aria-label': t('search.title'),
        rightSection: running.isFetching ? <Loader size={16} /> : undefined,
      }}
    />
  )
}
