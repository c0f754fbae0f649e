import { Anchor, Group, Title } from '@mantine/core'
import { IconServerOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ApiError } from '@/api/client'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { useInfraT } from '@/i18n/infra'
import classes from './InstancePage.module.css'
import { ObjectDetail } from './ObjectDetail'
import { LinksOf } from './ObjectLink'
import { manifestQuery } from './objectQueries'

const from = '/instances/$account/$region/$name'

/** An instance by its own URL, for links from elsewhere: from alerts, logs and dashboards. */
export function InstancePage() {
  const t = useInfraT()
  const { account, region, name } = useParams({ from })
  const { tab, do: asked } = useSearch({ from })
  const navigate = useNavigate({ from })
  usePageTitle(name, t('instance.one'))
  const { data, error, refetch } = useQuery(
    manifestQuery({ app: '', account, location: region, name: `pod ${name}` }),
  )
  const app = data?.moniker.app ?? ''
  const set = (change: { tab?: string; do?: string }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false })
  if (error instanceof ApiError && error.status === 404)
    return (
      <div className="page">
        <div className="card">
          <Empty icon={<IconServerOff size={26} />} title={t('instance.gone', { name })}>
            {t('instance.goneText')}
          </Empty>
        </div>
      </div>
    )
  if (error)
    return (
      <div className="page">
        <Failure error={error} retry={() => void refetch()} />
      </div>
    )
  if (!data)
    return (
      <div className="page">
        <RowsLoading rows={5} />
      </div>
    )
  const leave = () =>
    void (app
      ? navigate({ to: '/applications/$app/infrastructure', params: { app }, search: { kind: 'instances' } })
      : navigate({ to: '/' }))
  return (
    <div className="page">
      <Group gap={6} mb={6} wrap="nowrap" style={{ minWidth: 0 }}>
        {app && (
          <Anchor size="sm" c="dimmed" component={Link} to={`/applications/${encodeURIComponent(app)}`}>
            {app}
          </Anchor>
        )}
        {app && (
          <span className="muted" aria-hidden>
            /
          </span>
        )}
        {app ? (
          <Anchor
            size="sm"
            c="dimmed"
            component={Link}
            to={`/applications/${encodeURIComponent(app)}/infrastructure?kind=instances`}
          >
            {t('instance.all')}
          </Anchor>
        ) : (
          <span className="muted">{t('instance.one')}</span>
        )}
      </Group>
      <Title order={1} mb="md" style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Title>
      <div className={`card ${classes.detail}`}>
        <LinksOf value={app || undefined}>
          <ObjectDetail
            place={{ app, account, location: region, name: `pod ${name}` }}
            tab={tab}
            setTab={(v) => {
              set({ tab: v })
            }}
            asked={asked}
            ask={(v) => {
              set({ do: v })
            }}
            close={leave}
          />
        </LinksOf>
      </div>
    </div>
  )
}
