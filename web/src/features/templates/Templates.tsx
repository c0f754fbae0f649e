import { Badge, Button, Group, Text, Title } from '@mantine/core'
import { IconPlus, IconTemplate } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Ago } from '@/components/Time'
import { Toolbar } from '@/components/Toolbar'
import { useTemplatesT } from '@/i18n/templates'
import { CreateTemplate } from './CreateTemplate'
import { templatedQuery, templatesQuery } from './queries'
import classes from './Templates.module.css'

/** The templates that pipelines are made of. */
export function Templates() {
  const t = useTemplatesT()
  usePageTitle(t('title'))
  const { create = false } = useSearch({ from: '/templates' })
  const navigate = useNavigate({ from: '/templates' })
  const { data, error, isPending, refetch } = useQuery(templatesQuery)
  const { data: users = [] } = useQuery(templatedQuery)
  const set = (on: boolean) => void navigate({ search: on ? { create: true } : {}, replace: true })
  const button = (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => {
        set(true)
      }}
    >
      {t('create')}
    </Button>
  )
  return (
    <div className="page">
      <Toolbar justify="space-between" mb="md" gap="sm">
        <div>
          <Title order={1}>
            {t('title')}{' '}
            {data && (
              <span className="muted num" style={{ fontWeight: 400 }}>
                {data.length}
              </span>
            )}
          </Title>
          <Text size="sm" c="dimmed">
            {t('about')}
          </Text>
        </div>
        {data && data.length > 0 && button}
      </Toolbar>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowsLoading rows={4} height={52} />
      ) : (
        <div className="card">
          {data.length === 0 && (
            <Empty icon={<IconTemplate size={28} />} title={t('empty')} action={button}>
              {t('emptyText')}
            </Empty>
          )}
          {data.map((x) => (
            <div key={x.id} className={`${classes.row} hover-row`}>
              <div style={{ minWidth: 0 }}>
                <Link
                  to="/templates/$id"
                  params={{ id: x.id }}
                  search={{}}
                  className={`cut ${classes.name}`}
                  style={{ display: 'block' }}
                >
                  {x.name}
                </Link>
                <span className="cut muted mono" style={{ fontSize: 'var(--text-xs)', display: 'block' }}>
                  {x.id}
                </span>
              </div>
              <span className="cut muted" title={x.description}>
                {x.description}
              </span>
              <Group gap={4}>
                {x.schema !== 'v2' && (
                  <Badge size="sm" variant="light" color="gray">
                    {t('v1')}
                  </Badge>
                )}
                {x.versions
                  .filter((v) => v.tag !== '')
                  .slice(0, 4)
                  .map((v) => (
                    <Badge key={v.tag} size="sm" variant="light">
                      {v.tag}
                    </Badge>
                  ))}
              </Group>
              <span className="muted">
                {t('users', { n: users.filter((u) => u.template === x.id).length })}
              </span>
              <span className="muted">
                <Ago time={x.versions[0]?.at} />
              </span>
            </div>
          ))}
        </div>
      )}
      {create && (
        <CreateTemplate
          close={() => {
            set(false)
          }}
        />
      )}
    </div>
  )
}
