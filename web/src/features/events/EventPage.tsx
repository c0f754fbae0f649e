import { Button } from '@mantine/core'
import { IconBolt } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ApiError } from '@/api/client'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { EventDetails } from './EventDetails'
import { eventQuery } from './queries'
import { useEventTexts } from './texts'

/** One event: what it was, and why it started pipelines or not. */
export function EventPage() {
  const t = useEventTexts()
  const { id } = useParams({ from: '/events/$id' })
  const { data, error, refetch } = useQuery(eventQuery(id))
  usePageTitle(data?.summary, t('title'))
  return (
    <div className="page">
      {error instanceof ApiError && error.status === 404 ? (
        <div className="card">
          <Empty
            icon={<IconBolt size={26} />}
            title={t('one.gone')}
            action={
              <Button variant="default" renderRoot={(props) => <Link {...props} to="/events" />}>
                {t('allEvents')}
              </Button>
            }
          >
            {t('one.goneText')}
          </Empty>
        </div>
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : data ? (
        <EventDetails event={data} />
      ) : (
        <RowsLoading rows={5} />
      )}
    </div>
  )
}
