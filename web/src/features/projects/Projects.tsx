import { Button, Title } from '@mantine/core'
import { IconFolders, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { ProjectsSearch } from '@/app/search'
import { FilterField } from '@/components/FilterField'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { VirtualRows } from '@/components/VirtualRows'
import { matches } from '@/features/search/match'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { ProjectForm } from './ProjectForm'
import classes from './Projects.module.css'
import { projectsQuery } from './queries'

/** Applications that are looked at together. */
export function Projects() {
  const t = useT()
  const ti = useInfraT()
  usePageTitle(t('nav.projects'))
  const { create = false, q = '' } = useSearch({ from: '/projects' })
  const navigate = useNavigate({ from: '/projects' })
  const { data, error, isPending, refetch } = useQuery(projectsQuery)
  const set = (change: ProjectsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const found = useMemo(
    () =>
      [...(data ?? [])]
        .filter((p) =>
          matches(`${p.name ?? ''} ${p.email ?? ''} ${(p.config?.applications ?? []).join(' ')}`, q),
        )
        .sort((a, b) => (a.name ?? '').localeCompare(b.name ?? '')),
    [data, q],
  )
  const button = (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => {
        set({ create: true })
      }}
    >
      {t('projects.create')}
    </Button>
  )
  return (
    <div className="page">
      <Toolbar justify="space-between" mb="md" gap="sm">
        <Title order={1}>
          {t('nav.projects')}{' '}
          {data && (
            <span className="muted num" style={{ fontWeight: 400 }}>
              {data.length}
            </span>
          )}
        </Title>
        {data && data.length > 0 && button}
      </Toolbar>
      {data && data.length > 8 && (
        <FilterField
          label={ti('filter.projects')}
          value={q}
          change={(wanted) => {
            set({ q: wanted })
          }}
          style={{ maxWidth: 360, marginBottom: 12 }}
        />
      )}
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowsLoading rows={4} height={52} />
      ) : (
        <div className="card">
          {data.length > 0 && found.length === 0 && <Empty title={t('common.noMatch', { q })} />}
          {data.length === 0 && (
            <Empty icon={<IconFolders size={28} />} title={t('projects.emptyTitle')} action={button}>
              {t('projects.emptyText')}
            </Empty>
          )}
          <VirtualRows count={found.length} keyOf={(i) => found[i]?.id ?? String(i)} height={() => 50}>
            {(i) => {
              const p = found[i]
              return (
                p && (
                  <div className={`${classes.row} hover-row`}>
                    <Link
                      to="/projects/$project"
                      params={{ project: p.name ?? p.id ?? '' }}
                      className={`cut ${classes.name}`}
                    >
                      {p.name}
                    </Link>
                    <span className="cut muted">{(p.config?.applications ?? []).join(', ')}</span>
                    <span className="cut muted">{p.email}</span>
                  </div>
                )
              )
            }}
          </VirtualRows>
        </div>
      )}
      <ProjectForm
        opened={create}
        close={() => {
          set({ create: undefined })
        }}
      />
    </div>
  )
}
