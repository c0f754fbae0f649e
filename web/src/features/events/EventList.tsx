import { Button, Group, VisuallyHidden } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import type { EventsSearch } from '@/app/search'
import { Failure, RowsLoading } from '@/components/States'
import { VirtualRows } from '@/components/VirtualRows'
import { EventFilters } from './EventFilters'
import { EventRow } from './EventRow'
import { NoEvents } from './NoEvents'
import { filterOf } from './filter'
import { useEventTexts } from './texts'
import { useEvents } from './useEvents'

type Props = {
  search: EventsSearch
  app?: string
  set: (change: EventsSearch) => void
  clear: () => void
}

/** Events, newest first, of an application or of all, with the filters of the URL. */
export function EventList({ search, app, set, clear }: Props) {
  const t = useEventTexts()
  const { events, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage, fresh, showNew } =
    useEvents(filterOf(search, app))
  const filtered = Object.values(search).some((value) => value !== undefined) ? clear : undefined
  return (
    <>
      <EventFilters search={search} app={app} set={set} clear={filtered} />
      {fresh > 0 && !error && (
        <Group justify="center" mb="sm">
          <Button
            size="compact-sm"
            variant="light"
            radius="xl"
            leftSection={<IconArrowUp size={14} />}
            onClick={showNew}
          >
            {t('fresh', { n: fresh })}
          </Button>
        </Group>
      )}
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !events ? (
        <RowsLoading rows={8} height={50} />
      ) : events.length > 0 ? (
        <VirtualRows
          className="card"
          count={events.length}
          keyOf={(i) => events[i]?.id ?? String(i)}
          height={() => 50}
          label={t('title')}
        >
          {(i) => {
            const event = events[i]
            return event && <EventRow event={event} />
          }}
        </VirtualRows>
      ) : (
        <NoEvents app={app} clear={filtered} />
      )}
      {hasNextPage && !error && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('older')}
          </Button>
        </Group>
      )}
      <VisuallyHidden role="status">{events && t('found', { n: events.length })}</VisuallyHidden>
    </>
  )
}
