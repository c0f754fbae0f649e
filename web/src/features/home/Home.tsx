import { Button, Group, SegmentedControl, TextInput, Title } from '@mantine/core'
import { IconPlus, IconSailboat, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import { applicationsQuery } from '@/api/queries'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { matches } from '@/features/search/match'
import { useT } from '@/i18n'
import { useFavourites } from '@/lib/favourites'
import { ApplicationTable } from './ApplicationTable'
import { Now } from './Now'

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

  const found = (data ?? [])
    .filter((a) => matches(`${a.name} ${a.email ?? ''} ${a.accounts ?? ''}`, wanted))
    .sort((a, b) => {
      const liked = Number(favourites.includes(b.name)) - Number(favourites.includes(a.name))
      if (liked !== 0) return liked
      return sort === 'updated' ? Number(b.updateTs ?? 0) - Number(a.updateTs ?? 0) : a.name.localeCompare(b.name)
    })

  return (
    <div className="page">
      <Now />
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={1}>
          {t('nav.applications')} {data && <span className="muted num" style={{ fontWeight: 400 }}>{data.length}</span>}
        </Title>
        <Button component={Link} to="/new" leftSection={<IconPlus size={16} />}>{t('home.create')}</Button>
      </Group>
      {isPending && !error ? (
        <RowsLoading rows={7} height={52} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : data?.length === 0 ? (
        <div className="card">
          <Empty icon={<IconSailboat size={28} />} title={t('home.emptyTitle')} action={<Button component={Link} to="/new" leftSection={<IconPlus size={16} />}>{t('home.create')}</Button>}>
            {t('home.emptyText')}
          </Empty>
        </div>
      ) : (
        <>
          <Group mb="sm" gap="sm">
            <TextInput
              leftSection={<IconSearch size={15} />} placeholder={t('home.filter')} aria-label={t('home.filter')} value={q}
              onChange={(e) => { set({ q: e.currentTarget.value || undefined }) }} style={{ flex: '1 1 200px', maxWidth: 360 }}
            />
            <SegmentedControl
              size="xs" value={sort} onChange={(v) => { set({ sort: v === 'updated' ? 'updated' : undefined }) }}
              data={[{ value: 'name', label: t('home.byName') }, { value: 'updated', label: t('home.byUpdate') }]} aria-label={t('home.sort')}
            />
          </Group>
          {found.length === 0 ? <div className="card"><Empty title={t('common.noMatch', { q })} /></div> : <ApplicationTable applications={found} />}
        </>
      )}
    </div>
  )
}
