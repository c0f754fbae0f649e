import { Button, Group, Title } from '@mantine/core'
import { IconFolders, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import { ProjectForm } from './ProjectForm'
import classes from './Projects.module.css'
import { projectsQuery } from './queries'

/** Applications that are looked at together. */
export function Projects() {
  const t = useT()
  usePageTitle(t('nav.projects'))
  const { create = false } = useSearch({ from: '/projects' })
  const navigate = useNavigate({ from: '/projects' })
  const { data, error, isPending, refetch } = useQuery(projectsQuery)
  const set = (on: boolean) => void navigate({ search: on ? { create: true } : {}, replace: true })
  const button = <Button leftSection={<IconPlus size={16} />} onClick={() => { set(true) }}>{t('projects.create')}</Button>
  return (
    <div className="page">
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={1}>{t('nav.projects')} {data && <span className="muted num" style={{ fontWeight: 400 }}>{data.length}</span>}</Title>
        {data && data.length > 0 && button}
      </Group>
      {error ? <Failure error={error} retry={() => void refetch()} /> : isPending ? <RowsLoading rows={4} height={52} /> : (
        <div className="card">
          {data.length === 0 && <Empty icon={<IconFolders size={28} />} title={t('projects.emptyTitle')} action={button}>{t('projects.emptyText')}</Empty>}
          {[...data].sort((a, b) => (a.name ?? '').localeCompare(b.name ?? '')).map((p) => (
            <div key={p.id} className={`${classes.row} hover-row`}>
              <Link to="/projects/$project" params={{ project: p.name ?? p.id ?? '' }} className={`cut ${classes.name}`}>{p.name}</Link>
              <span className="cut muted">{(p.config?.applications ?? []).join(', ')}</span>
              <span className="cut muted">{p.email}</span>
            </div>
          ))}
        </div>
      )}
      <ProjectForm opened={create} close={() => { set(false) }} />
    </div>
  )
}
