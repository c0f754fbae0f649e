import { Title } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { usePageTitle } from '@/components/PageTitle'
import { EventList } from './EventList'
import { useEventTexts } from './texts'

/** The events of the whole installation. */
export function Events() {
  const t = useEventTexts()
  const search = useSearch({ from: '/events' })
  const navigate = useNavigate({ from: '/events' })
  usePageTitle(t('title'))
  return (
    <div className="page">
      <Title order={1} mb="md">
        {t('title')}
      </Title>
      <EventList
        search={search}
        set={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
        clear={() => void navigate({ search: {}, replace: true })}
      />
    </div>
  )
}
