import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { usePageTitle } from '@/components/PageTitle'
import { EventList } from './EventList'
import { useEventTexts } from './texts'

const from = '/applications/$app/events'

/** The events that an application's triggers were compared with, or those of one pipeline. */
export function ApplicationEvents() {
  const t = useEventTexts()
  const { app } = useParams({ from })
  const search = useSearch({ from })
  const navigate = useNavigate({ from })
  usePageTitle(t('title'), app)
  return (
    <div className="page">
      <EventList
        app={app}
        search={search}
        set={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
        clear={() => void navigate({ search: {}, replace: true })}
      />
    </div>
  )
}
