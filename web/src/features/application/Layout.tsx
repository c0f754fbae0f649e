import { ActionIcon, Group, Title } from '@mantine/core'
import { IconStar, IconStarFilled } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useParams, useRouterState } from '@tanstack/react-router'
import { useExecutions } from '@/api/executions'
import { applicationQuery } from '@/api/queries'
import { Failure } from '@/components/States'
import { useT } from '@/i18n'
import { toggleFavourite, useFavourites } from '@/lib/favourites'
import { isActive, judgmentsOf } from '@/lib/status'
import classes from './Layout.module.css'

const tabs = [
  { to: '/applications/$app', key: 'app.overview' },
  { to: '/applications/$app/executions', key: 'app.pipelines' },
  { to: '/applications/$app/infrastructure', key: 'app.infrastructure' },
  { to: '/applications/$app/tasks', key: 'app.tasks' },
  { to: '/applications/$app/settings', key: 'app.settings' },
] as const

/** What is around an application's pages. */
export function ApplicationLayout() {
  const t = useT()
  const { app } = useParams({ from: '/applications/$app' })
  const path = useRouterState({ select: (s) => s.location.pathname })
  const liked = useFavourites().includes(app)
  const { error, refetch } = useQuery(applicationQuery(app))
  const { data: executions } = useExecutions(app)
  const active = executions?.filter((e) => isActive(e.status)) ?? []
  const waits = active.some((e) => judgmentsOf(e.stages).length > 0)
  const [, , , section = ''] = path.split('/')
  return (
    <>
      <div className={`${classes.bar} no-print`}>
        <Group gap={6} wrap="nowrap" className={classes.title}>
          <Link to="/" className={classes.up}>{t('nav.applications')}</Link>
          <span className="muted" aria-hidden>/</span>
          <Title order={1} className={`cut ${classes.name}`}>{app}</Title>
          <ActionIcon size="sm" color={liked ? 'yellow' : 'gray'} aria-pressed={liked} aria-label={t(liked ? 'home.unlike' : 'home.like', { name: app })} onClick={() => { toggleFavourite(app) }}>
            {liked ? <IconStarFilled size={15} /> : <IconStar size={15} />}
          </ActionIcon>
        </Group>
        <nav className={classes.tabs} aria-label={app}>
          {tabs.map(({ to, key }) => {
            const here = to === '/applications/$app' ? section === '' : (section === 'pipelines' ? 'executions' : section) === to.slice(to.lastIndexOf('/') + 1)
            return (
              <Link key={to} to={to} params={{ app }} className={classes.tab} data-here={here || undefined} aria-current={here ? 'page' : undefined}>
                {t(key)}
                {key === 'app.pipelines' && active.length > 0 && (
                  <span className={classes.count} style={{ background: `var(--${waits ? 'wait' : 'busy'}-soft)`, color: `var(--${waits ? 'wait' : 'busy'})` }}>{active.length}</span>
                )}
              </Link>
            )
          })}
        </nav>
      </div>
      {error ? <div className="page"><Failure error={error} retry={() => void refetch()} /></div> : <Outlet />}
    </>
  )
}
