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
import { bannerOf, disabledOf, toneOfBanner } from './settings/attributes'
import classes from './Layout.module.css'
import settings from './Settings.module.css'

// Each with what it shows; where all of that is off, it is not offered.
const tabs = [
  { to: '/applications/$app', key: 'app.overview', shows: [] },
  { to: '/applications/$app/executions', key: 'app.pipelines', shows: ['executions'] },
  {
    to: '/applications/$app/infrastructure',
    key: 'app.infrastructure',
    shows: ['serverGroups', 'loadBalancers', 'securityGroups', 'k8s'],
  },
  { to: '/applications/$app/tasks', key: 'app.tasks', shows: ['tasks'] },
  { to: '/applications/$app/settings', key: 'app.settings', shows: [] },
] as const

/** What is around an application's pages. */
export function ApplicationLayout() {
  const t = useT()
  const { app } = useParams({ from: '/applications/$app' })
  const path = useRouterState({ select: (s) => s.location.pathname })
  const liked = useFavourites().includes(app)
  const { data, error, refetch } = useQuery(applicationQuery(app))
  const off = disabledOf(data?.attributes)
  const banner = bannerOf(data?.attributes)
  const { data: executions } = useExecutions(app)
  const active = executions?.filter((e) => isActive(e.status)) ?? []
  const waits = active.some((e) => judgmentsOf(e.stages).length > 0)
  const [, , , section = ''] = path.split('/')
  return (
    <>
      <div className={`${classes.bar} no-print`}>
        <Group gap={6} wrap="nowrap" className={classes.title}>
          <Link to="/" className={classes.up}>
            {t('nav.applications')}
          </Link>
          <span className="muted" aria-hidden>
            /
          </span>
          <Title order={1} className={`cut ${classes.name}`}>
            {app}
          </Title>
          <ActionIcon
            size="sm"
            color={liked ? 'yellow' : 'gray'}
            aria-pressed={liked}
            aria-label={t(liked ? 'home.unlike' : 'home.like', { name: app })}
            onClick={() => {
              toggleFavourite(app)
            }}
          >
            {liked ? <IconStarFilled size={15} /> : <IconStar size={15} />}
          </ActionIcon>
        </Group>
        <nav className={classes.tabs} aria-label={app}>
          {tabs
            .filter(({ shows }) => shows.length === 0 || shows.some((source) => !off.includes(source)))
            .map(({ to, key }) => {
              const here =
                to === '/applications/$app'
                  ? section === ''
                  : (section === 'pipelines' ? 'executions' : section) === to.slice(to.lastIndexOf('/') + 1)
              return (
                <Link
                  key={to}
                  to={to}
                  params={{ app }}
                  className={classes.tab}
                  data-here={here || undefined}
                  aria-current={here ? 'page' : undefined}
                >
                  {t(key)}
                  {key === 'app.pipelines' && active.length > 0 && (
                    <span
                      className={classes.count}
                      style={{
                        background: `var(--${waits ? 'wait' : 'busy'}-soft)`,
                        color: `var(--${waits ? 'wait' : 'busy'})`,
                      }}
                    >
                      {active.length}
                    </span>
                  )}
                </Link>
              )
            })}
        </nav>
      </div>
      {banner.enabled && banner.text && (
        <div
          className={settings.banner}
          role="note"
          style={{
            background: `var(--${toneOfBanner(banner.colour)}-soft)`,
            color: `var(--${toneOfBanner(banner.colour)})`,
          }}
        >
          {banner.text}
        </div>
      )}
      {error ? (
        <div className="page">
          <Failure error={error} retry={() => void refetch()} />
        </div>
      ) : (
        <Outlet />
      )}
    </>
  )
}
