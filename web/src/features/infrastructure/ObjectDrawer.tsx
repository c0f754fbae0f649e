import { Drawer, Group, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { Failure, RowsLoading } from '@/components/States'
import { ToneBadge } from '@/components/Status'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import { actions } from './actions/actions'
import { Events } from './Events'
import { containersOf, objectOf, statusOf, type Place } from './object'
import { manifestQuery } from './objectQueries'
import { ObjectActions } from './ObjectActions'
import { ObjectSummary } from './ObjectSummary'
import { ObjectTree } from './ObjectTree'
import { PodLog } from './PodLog'

const ManifestView = lazy(() => import('./ManifestView'))

const from = '/applications/$app/infrastructure'

// The stream tells of what lists show; conditions and events are asked for.
const again = 5000

/** An object in detail, beside the list that it is in. */
export function ObjectDrawer({ app }: { app: string }) {
  const t = useT()
  const { in: account, at, show } = useSearch({ from })
  const navigate = useNavigate({ from })
  const close = () => void navigate({ search: (before) => ({ ...before, in: undefined, at: undefined, show: undefined, tab: undefined, do: undefined }), resetScroll: false })
  const place = account && show ? { app, account, location: at ?? '_', name: show } : undefined
  const { kind, name } = kindAndName(show ?? '')
  return (
    <Drawer
      opened={place !== undefined} onClose={close} position="right" size={720} closeButtonProps={{ 'aria-label': t('common.close') }}
      title={<Group gap={8} wrap="wrap"><Text fw={600} style={{ overflowWrap: 'anywhere' }}>{name}</Text><Text c="dimmed" size="sm">{kind}</Text></Group>}
    >
      {place && <Detail key={`${place.account} ${place.location} ${place.name}`} place={place} close={close} />}
    </Drawer>
  )
}

function Detail({ place, close }: { place: Place; close: () => void }) {
  const t = useT()
  const { tab, do: asked } = useSearch({ from })
  const navigate = useNavigate({ from })
  const { data, error, refetch } = useQuery({ ...manifestQuery(place), refetchInterval: again })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <RowsLoading rows={5} />
  const object = objectOf(data)
  const pod = kindAndName(place.name).kind === 'pod'
  const status = statusOf(data.status)
  const tabs = ['summary', ...(pod ? ['log'] as const : []), 'events', 'tree', 'manifest'] as const
  const current = tabs.find((name) => name === tab) ?? 'summary'
  return (
    <>
      <Group justify="space-between" mb="sm" gap="sm">
        <Group gap={10}>
          <ToneBadge tone={status.tone}>{t(`object.${status.key}`)}</ToneBadge>
          <Text size="sm" c="dimmed">{place.account} · {place.location}</Text>
        </Group>
        <ObjectActions place={place} object={object} close={close} asked={actions.find((a) => a === asked)} ask={(action) => void navigate({ search: (before) => ({ ...before, do: action }), replace: true, resetScroll: false })} />
      </Group>
      {status.message && <Text size="sm" mb="sm" style={{ color: `var(--${status.tone})`, overflowWrap: 'anywhere' }}>{status.message}</Text>}
      <Tabs value={current} keepMounted={false} onChange={(v) => void navigate({ search: (before) => ({ ...before, tab: v === 'summary' ? undefined : (v ?? undefined) }), replace: true, resetScroll: false })}>
        <Tabs.List mb="md">{tabs.map((name) => <Tabs.Tab key={name} value={name}>{t(`object.${name}`)}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value="summary"><ObjectSummary place={place} object={object} /></Tabs.Panel>
        {pod && <Tabs.Panel value="log"><PodLog place={place} containers={containersOf(object)} /></Tabs.Panel>}
        <Tabs.Panel value="events"><Events events={data.events} /></Tabs.Panel>
        <Tabs.Panel value="tree"><ObjectTree place={place} /></Tabs.Panel>
        <Tabs.Panel value="manifest"><Suspense fallback={<RowsLoading rows={3} />}><ManifestView place={place} /></Suspense></Tabs.Panel>
      </Tabs>
    </>
  )
}
