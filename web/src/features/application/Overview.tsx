import { Button, Title } from '@mantine/core'
import { IconPlayerPlay, IconRocket, IconServerOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useExecutions } from '@/api/executions'
import { serverGroupsQuery } from '@/api/queries'
import { HealthBar } from '@/components/HealthBar'
import { HealthWord } from '@/components/HealthWord'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { ToneBadge } from '@/components/Status'
import { ExecutionRow } from '@/features/executions/ExecutionRow'
import { Now } from '@/features/home/Now'
import { useInfrastructureStream } from '@/features/infrastructure/stream'
import { clustersOf } from '@/features/infrastructure/clusters'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import { sumHealth } from '@/lib/health'
import { isActive } from '@/lib/status'
import { Addresses } from './Addresses'
import { useChanges } from './useChanges'
import { DeploymentRow } from './DeploymentRow'
import { deploymentsOf, servicesOf, type Service } from './deployments'
import { useOverview } from './texts'
import classes from './Overview.module.css'

const recent = 8
const latest = 5

/** An application at a glance: what waits, what runs where, and what was done last. */
export function Overview() {
  const t = useT()
  const o = useOverview()
  const { app } = useParams({ from: '/applications/$app/' })
  usePageTitle(app)
  useInfrastructureStream(app)
  const executions = useExecutions(app)
  const groups = useQuery(serverGroupsQuery(app))
  const clusters = clustersOf(groups.data ?? [])
  const changes = useChanges(app)
  const deployments = deploymentsOf(clusters, changes ?? [])
  const ended = (executions.data ?? []).filter((e) => !isActive(e.status))
  return (
    <div className="page">
      <Now executions={executions.data ?? []} />
      <div className={classes.columns}>
        <div>
          {deployments.length > 0 && (
            <section aria-labelledby="deployments" className={classes.section}>
              <Title order={2} id="deployments" mb={10}>
                {o('deployments')}
              </Title>
              <div className="card">
                {deployments.slice(0, latest).map((d) => (
                  <DeploymentRow
                    key={`${d.cluster.account} ${d.cluster.region} ${d.cluster.name}`}
                    app={app}
                    deployment={d}
                    known={changes !== undefined}
                  />
                ))}
              </div>
            </section>
          )}
          <section aria-labelledby="recent">
            <Title order={2} id="recent" mb={10}>
              {t('overview.recent')}
            </Title>
            {executions.error ? (
              <Failure error={executions.error} />
            ) : !executions.data ? (
              <RowsLoading rows={4} height={56} />
            ) : (
              <div className="card">
                {ended.length === 0 ? (
                  <Empty
                    icon={<IconRocket size={26} />}
                    title={t('overview.noExecutions')}
                    action={
                      <Button
                        component={Link}
                        to={`/applications/${encodeURIComponent(app)}/executions`}
                        variant="light"
                        leftSection={<IconPlayerPlay size={15} />}
                      >
                        {t('overview.toPipelines')}
                      </Button>
                    }
                  >
                    {t('overview.noExecutionsText')}
                  </Empty>
                ) : (
                  ended.slice(0, recent).map((e) => <ExecutionRow key={e.id} execution={e} named />)
                )}
              </div>
            )}
          </section>
        </div>
        <div>
          <Addresses app={app} />
          <section aria-labelledby="where">
            <Title order={2} id="where" mb={10}>
              {t('overview.where')}
            </Title>
            {groups.error ? (
              <Failure error={groups.error} retry={() => void groups.refetch()} />
            ) : groups.isPending ? (
              <RowsLoading rows={3} height={56} />
            ) : (
              <div className="card">
                {clusters.length === 0 ? (
                  <Empty icon={<IconServerOff size={26} />} title={t('overview.nothingRuns')}>
                    {t('overview.nothingRunsText')}
                  </Empty>
                ) : (
                  servicesOf(clusters).map((service) => (
                    <ServiceRows key={service.name} app={app} service={service} />
                  ))
                )}
              </div>
            )}
          </section>
        </div>
      </div>
    </div>
  )
}

/** What of a service runs in each place. */
function ServiceRows({ app, service }: { app: string; service: Service }) {
  const o = useOverview()
  const { kind, name } = kindAndName(service.name)
  return (
    <div className={classes.service}>
      <div className={classes.serviceHead}>
        <b className="cut">{name}</b> <span className="muted">{kind}</span>
        {service.differ && <ToneBadge tone="wait">{o('differ')}</ToneBadge>}
      </div>
      {service.places.map(({ cluster: c, images, health }) => (
        <Link
          key={`${c.account} ${c.region}`}
          to="/applications/$app/infrastructure"
          params={{ app }}
          search={{ q: name, account: c.account }}
          className={`${classes.cluster} hover-row`}
        >
          <span className="cut">
            {c.account} <span className="muted">{c.region}</span>
          </span>
          <span className={`cut mono ${classes.images}`} title={images.join('\n')}>
            {images.length > 0
              ? images.join(', ')
              : // With no instances at all, the bar says so.
                sumHealth(c.groups).total > 0 && <span className="muted">{o('nothingUp')}</span>}
          </span>
          <HealthBar counts={sumHealth(c.groups)} />
          {health && health.state !== 'healthy' && (
            <span className={`cut ${classes.state}`}>
              <HealthWord health={health} />
            </span>
          )}
        </Link>
      ))}
    </div>
  )
}
