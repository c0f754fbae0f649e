import { Group, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { HealthBadge } from '@/components/HealthBadge'
import { Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import { healthTone } from '@/lib/health'
import { actions, type Action } from './actions/actions'
import { Events } from './Events'
import { containersOf, objectOf, type Place } from './object'
import { manifestQuery } from './objectQueries'
import { ObjectActions } from './ObjectActions'
import { ObjectSummary } from './ObjectSummary'
import { ObjectTree } from './ObjectTree'
import { PodLog } from './PodLog'

const ManifestView = lazy(() => import('./ManifestView'))

// The stream tells of what lists show; conditions and events are asked for.
const again = 5000

type Props = {
  place: Place
  tab: string | undefined
  setTab: (tab: string | undefined) => void
  /** The action that is asked for. */
  asked: string | undefined
  ask: (action: Action | undefined) => void
  close: () => void
}

/** An object in detail: how it is, what it says, what owns it, and what can be done with it. */
export function ObjectDetail({ place, tab, setTab, asked, ask, close }: Props) {
  const t = useT()
  const { data, error, refetch } = useQuery({ ...manifestQuery(place), refetchInterval: again })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <RowsLoading rows={5} />
  const object = objectOf(data)
  const pod = kindAndName(place.name).kind === 'pod'
  const health = data.healthStatus
  const tabs = ['summary', ...(pod ? (['log'] as const) : []), 'events', 'tree', 'manifest'] as const
  const current = tabs.find((name) => name === tab) ?? 'summary'
  return (
    <>
      <Toolbar justify="space-between" mb="sm" gap="sm">
        <Group gap={10}>
          <HealthBadge health={health} />
          <Text size="sm" c="dimmed">
            {place.account} · {place.location}
          </Text>
        </Group>
        <ObjectActions
          place={place}
          object={object}
          close={close}
          asked={actions.find((a) => a === asked)}
          ask={ask}
        />
      </Toolbar>
      {health.message && (
        <Text size="sm" mb="sm" style={{ color: `var(--${healthTone(health)})`, overflowWrap: 'anywhere' }}>
          {health.message}
        </Text>
      )}
      <Tabs
        value={current}
        keepMounted={false}
        onChange={(v) => {
          setTab(v === 'summary' ? undefined : (v ?? undefined))
        }}
      >
        <Tabs.List mb="md" style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`object.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="summary">
          <ObjectSummary place={place} object={object} />
        </Tabs.Panel>
        {pod && (
          <Tabs.Panel value="log">
            <PodLog place={place} containers={containersOf(object)} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="events">
          <Events events={data.events} />
        </Tabs.Panel>
        <Tabs.Panel value="tree">
          <ObjectTree place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="manifest">
          <Suspense fallback={<RowsLoading rows={3} />}>
            <ManifestView place={place} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
