import { Group, Tabs, Text, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { HealthBadge } from '@/components/HealthBadge'
import { Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import { healthTone } from '@/lib/health'
import { actions, type Action } from './actions/actions'
import { Events } from './Events'
import { containersOf, hasLog, objectOf, type Place } from './object'
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
  const ti = useInfraT()
  const { data, error, refetch } = useQuery({ ...manifestQuery(place), refetchInterval: again })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <RowsLoading rows={5} />
  const object = objectOf(data)
  const pod = kindAndName(place.name).kind === 'pod'
  const health = data.healthStatus
  const tabs = ['summary', ...(pod ? (['log'] as const) : []), 'events', 'tree', 'manifest'] as const
  const containers = containersOf(object).filter((c) => hasLog(object, c.name))
  const noLog = pod && containers.length === 0
  const current = tabs.find((name) => name === tab && !(noLog && name === 'log')) ?? 'summary'
  const why = ti('instance.notStarted', { why: health.message ?? '' }).trim()
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
          {tabs.map((name) =>
            noLog && name === 'log' ? (
              <Tooltip key={name} label={why} multiline maw={360}>
                <span>
                  <Tabs.Tab value={name} disabled aria-description={why}>
                    {t(`object.${name}`)}
                  </Tabs.Tab>
                </span>
              </Tooltip>
            ) : (
              <Tabs.Tab key={name} value={name}>
                {t(`object.${name}`)}
              </Tabs.Tab>
            ),
          )}
        </Tabs.List>
        <Tabs.Panel value="summary">
          {noLog && tab === 'log' && (
            <Text size="sm" c="dimmed" mb="sm" role="status">
              {why}
            </Text>
          )}
          <ObjectSummary place={place} object={object} />
        </Tabs.Panel>
        {pod && !noLog && (
          <Tabs.Panel value="log">
            <PodLog place={place} containers={containers} />
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
