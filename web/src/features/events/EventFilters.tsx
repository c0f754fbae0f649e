import { Button, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { pipelinesQuery } from '@/api/queries'
import { useApplicationNames } from '@/api/useApplicationNames'
import type { EventsSearch } from '@/app/search'
import { FilterField } from '@/components/FilterField'
import { FilterSelect } from '@/components/FilterSelect'
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
  const names = useApplicationNames(search.application, app === undefined)
  const pipelines = useQuery({ ...pipelinesQuery(of ?? ''), enabled: of !== undefined })
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
        <FilterSelect
          label={t('application')}
          any={t('anyApplication')}
          data={names}
          value={search.application}
          change={(application) => {
            set({ application, pipeline: undefined })
          }}
        />
      )}
      {of !== undefined && (
        <FilterSelect
          label={t('pipeline')}
          any={t('anyPipeline')}
          data={choices}
          value={search.pipeline}
          change={(pipeline) => {
            set({ pipeline })
          }}
        />
      )}
      <FilterSelect
        label={t('type')}
        any={t('anyType')}
        data={eventTypes.map((type) => ({ value: type, label: typeName(t, type) }))}
        value={search.type}
        change={(type) => {
          set({ type })
        }}
        from={120}
        to={170}
        searchable={false}
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
