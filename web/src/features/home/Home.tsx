import { Button, Group, SegmentedControl, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue, useMemo } from 'react'
import { applicationsQuery } from '@/api/queries'
import { FilterField } from '@/components/FilterField'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { matches } from '@/features/search/match'
import { useT } from '@/i18n'
import { useFavourites } from '@/lib/favourites'
import { byName } from '@/lib/order'
import { ApplicationTable } from './ApplicationTable'
import { DeckLink } from './DeckLink'
import { FirstSteps } from './FirstSteps'
import { Now } from './Now'
import { Unfinished } from './Unfinished'

/** The first page: what waits, what runs, and all applications. */
export function Home() {
  const t = useT()
  usePageTitle(t('nav.applications'))
  const { q = '', sort = 'name' } = useSearch({ from: '/' })
  const navigate = useNavigate({ from: '/' })
  const wanted = useDeferredValue(q)
  const favourites = useFavourites()
  const { data, error, refetch, isPending } = useQuery(applicationsQuery)
  const set = (change: { q?: string; sort?: 'name' | 'updated' }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })

  const found = useMemo(
    () =>
      (data ?? [])
        .filter((a) => matches(`${a.name} ${a.email ?? ''} ${a.accounts ?? ''}`, wanted))
        .sort((a, b) => {
          const liked = Number(favourites.includes(b.name)) - Number(favourites.includes(a.name))
          if (liked !== 0) return liked
          return sort === 'updated'
            ? Number(b.updateTs ?? 0) - Number(a.updateTs ?? 0)
            : byName(a.name, b.name)
        }),
    [data, wanted, favourites, sort],
  )

  return (
    <div className="page">
      <DeckLink />
      <Now />
      <Unfinished />
      <Toolbar justify="space-between" mb="md" gap="sm">
        <Title order={1}>
          {t('nav.applications')}{' '}
          {data && (
            <span className="muted num" style={{ fontWeight: 400 }}>
              {data.length}
            </span>
          )}
        </Title>
        {data?.length !== 0 && (
          <Button component={Link} to="/new" leftSection={<IconPlus size={16} />}>
            {t('home.create')}
          </Button>
        )}
      </Toolbar>
      {isPending && !error ? (
        <RowsLoading rows={7} height={52} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : data?.length === 0 ? (
        <FirstSteps />
      ) : (
        <>
          <Group mb="sm" gap="sm">
            <FilterField
              label={t('home.filter')}
              value={q}
              change={(wanted) => {
                set({ q: wanted })
              }}
              style={{ flex: '1 1 200px', maxWidth: 360 }}
            />
            <SegmentedControl
              size="xs"
              value={sort}
              onChange={(v) => {
                set({ sort: v === 'updated' ? 'updated' : undefined })
              }}
              data={[
                { value: 'name', label: t('home.byName') },
                { value: 'updated', label: t('home.byUpdate') },
              ]}
              aria-label={t('home.sort')}
            />
          </Group>
          {found.length === 0 ? (
            <div className="card">
              <Empty title={t('common.noMatch', { q })} />
            </div>
          ) : (
            <ApplicationTable applications={found} />
          )}
        </>
      )}
    </div>
  )
}
