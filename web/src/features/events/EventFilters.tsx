import { Button, SegmentedControl, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { applicationsQuery, pipelinesQuery } from '@/api/queries'
import type { EventsSearch } from '@/app/search'
import { FilterField } from '@/components/FilterField'
import { Toolbar } from '@/components/Toolbar'
import { useEventTexts } from './texts'
import { eventTypes, typeName } from './words'

type Props = {
  search: EventsSearch
  /** The application whose events are listed; without it, the filters have one. */
  app: string | undefined
  set: (change: EventsSearch) => void
  clear: (() => void) | undefined
}

const outcomes = ['yes', 'no'] as const

/** The filters above a list of events. */
export function EventFilters({ search, app, set, clear }: Props) {
  const t = useEventTexts()
  const of = app ?? search.application
  const applications = useQuery({ ...applicationsQuery, enabled: app === undefined })
  const pipelines = useQuery({ ...pipelinesQuery(of ?? ''), enabled: of !== undefined })
  const names = [
    ...new Set([
      ...(applications.data ?? []).flatMap((a) => a.name ?? []),
      ...(search.application ? [search.application] : []),
    ]),
  ].sort()
  const choices = (pipelines.data ?? []).flatMap((p) =>
    p.id ? [{ value: p.id, label: p.name ?? p.id }] : [],
  )
  if (search.pipeline && !choices.some((c) => c.value === search.pipeline))
    choices.push({ value: search.pipeline, label: search.pipeline })
  return (
    <Toolbar gap="sm" mb="md">
      <FilterField
        label={t('find')}
        value={search.q}
        change={(q) => {
          set({ q })
        }}
        style={{ flex: '1 1 220px', maxWidth: 340 }}
      />
      {app === undefined && (
        <Select
          placeholder={t('anyApplication')}
          aria-label={t('application')}
          data={names}
          searchable
          clearable
          limit={100}
          value={search.application ?? null}
          onChange={(v) => {
            set({ application: v ?? undefined, pipeline: undefined })
          }}
          style={{ flex: '1 1 140px', maxWidth: 200 }}
        />
      )}
      {of !== undefined && (
        <Select
          placeholder={t('anyPipeline')}
          aria-label={t('pipeline')}
          data={choices}
          searchable
          clearable
          limit={100}
          value={search.pipeline ?? null}
          onChange={(v) => {
            set({ pipeline: v ?? undefined })
          }}
          style={{ flex: '1 1 140px', maxWidth: 200 }}
        />
      )}
      <Select
        placeholder={t('anyType')}
        aria-label={t('type')}
        data={eventTypes.map((type) => ({ value: type, label: typeName(t, type) }))}
        clearable
        value={search.type ?? null}
        onChange={(v) => {
          set({ type: v ?? undefined })
        }}
        style={{ flex: '1 1 120px', maxWidth: 170 }}
      />
      <SegmentedControl
        size="xs"
        value={search.started ?? 'all'}
        aria-label={t('outcome')}
        onChange={(v) => {
          set({ started: outcomes.find((o) => o === v) })
        }}
        data={[
          { value: 'all', label: t('all') },
          { value: 'yes', label: t('started') },
          { value: 'no', label: t('notStarted') },
        ]}
      />
      {clear && (
        <Button variant="subtle" size="compact-sm" onClick={clear}>
          {t('clear')}
        </Button>
      )}
    </Toolbar>
  )
}
