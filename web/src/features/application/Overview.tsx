import { Button, Title } from '@mantine/core'
import { IconPlayerPlay, IconRocket, IconServerOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useExecutions } from '@/api/executions'
import { serverGroupsQuery } from '@/api/queries'
import { countInstances, HealthBar } from '@/components/HealthBar'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { ExecutionRow } from '@/features/executions/ExecutionRow'
import { Now } from '@/features/home/Now'
import { useInfrastructureStream } from '@/features/infrastructure/stream'
import { clustersOf } from '@/features/infrastructure/clusters'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import { isActive } from '@/lib/status'
import classes from './Overview.module.css'

const recent = 8

/** An application at a glance: what waits, what runs where, and what was done last. */
export function Overview() {
  const t = useT()
  const { app } = useParams({ from: '/applications/$app/' })
  usePageTitle(app)
  useInfrastructureStream(app)
  const executions = useExecutions(app)
  const groups = useQuery(serverGroupsQuery(app))
  const clusters = clustersOf(groups.data ?? [])
  const ended = (executions.data ?? []).filter((e) => !isActive(e.status))
  return (
    <div className="page">
      <Now executions={executions.data ?? []} />
      <div className={classes.columns}>
        <section aria-labelledby="recent">
          <Title order={2} id="recent" mb={10}>{t('overview.recent')}</Title>
          {executions.error ? <Failure error={executions.error} /> : !executions.data ? <RowsLoading rows={4} height={56} /> : (
            <div className="card">
              {ended.length === 0 ? (
                <Empty icon={<IconRocket size={26} />} title={t('overview.noExecutions')} action={
                  <Button component={Link} to={`/applications/${encodeURIComponent(app)}/executions`} variant="light" leftSection={<IconPlayerPlay size={15} />}>{t('overview.toPipelines')}</Button>
                }>{t('overview.noExecutionsText')}</Empty>
              ) : ended.slice(0, recent).map((e) => <ExecutionRow key={e.id} execution={e} named />)}
            </div>
          )}
        </section>
        <section aria-labelledby="where">
          <Title order={2} id="where" mb={10}>{t('overview.where')}</Title>
          {groups.error ? <Failure error={groups.error} retry={() => void groups.refetch()} /> : groups.isPending ? <RowsLoading rows={3} height={56} /> : (
            <div className="card">
              {clusters.length === 0 ? (
                <Empty icon={<IconServerOff size={26} />} title={t('overview.nothingRuns')}>{t('overview.nothingRunsText')}</Empty>
              ) : clusters.map((c) => {
                const { kind, name } = kindAndName(c.name)
                const images = [...new Set(c.groups.filter((g) => !g.isDisabled && g.instanceCounts.total > 0).flatMap((g) => g.buildInfo.images ?? []))]
                return (
                  <Link key={`${c.account} ${c.region} ${c.name}`} to="/applications/$app/infrastructure" params={{ app }} search={{ q: name, account: c.account }} className={`${classes.cluster} hover-row`}>
                    <span className="cut"><b>{name}</b> <span className="muted">{kind}</span></span>
                    <HealthBar counts={countInstances(c.groups)} />
                    <span className={`cut muted ${classes.place}`}>{c.account} · {c.region}</span>
                    <span className={`cut mono muted ${classes.place}`} title={images.join('\n')}>{images.join(', ')}</span>
                  </Link>
                )
              })}
            </div>
          )}
        </section>
      </div>
    </div>
  )
}
