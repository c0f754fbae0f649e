import { Button, Group, Title } from '@mantine/core'
import { IconEdit, IconRocket, IconServerOff, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { runTask } from '@/api/actions'
import { useLive } from '@/api/live'
import { Confirm } from '@/components/Confirm'
import { HealthBar } from '@/components/HealthBar'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { useAction } from '@/components/useAction'
import { ExecutionRow } from '@/features/executions/ExecutionRow'
import { useT } from '@/i18n'
import { sumHealth } from '@/lib/health'
import { ProjectForm } from './ProjectForm'
import classes from './Projects.module.css'
import { projectClustersQuery, projectExecutionsQuery, projectKeys, projectQuery } from './queries'

const settle = 500

/** A project at a glance: what was run last, and what runs where. */
export function ProjectPage() {
  const t = useT()
  const { project: name } = useParams({ from: '/projects/$project' })
  const { edit = false } = useSearch({ from: '/projects/$project' })
  const navigate = useNavigate({ from: '/projects/$project' })
  const queries = useQueryClient()
  const [deleting, setDeleting] = useState(false)
  usePageTitle(name, t('nav.projects'))
  const { data: project, error, refetch } = useQuery(projectQuery(name))
  const set = (on: boolean) => void navigate({ search: on ? { edit: true } : {}, replace: true })
  const remove = useAction(
    () =>
      runTask('spinnaker', `Delete project: ${name}`, [
        { type: 'deleteProject', project: { id: project?.id } },
      ]),
    {
      done: t('projects.deleted', { name }),
      then: () => {
        void navigate({ to: '/projects', search: {} })
        void queries.invalidateQueries({ queryKey: projectKeys.all, exact: true })
      },
    },
  )
  if (error)
    return (
      <div className="page">
        <Failure error={error} retry={() => void refetch()} />
      </div>
    )
  if (!project)
    return (
      <div className="page">
        <RowsLoading />
      </div>
    )
  return (
    <div className="page">
      <Toolbar justify="space-between" mb="md" gap="sm">
        <Group gap={6} wrap="nowrap" style={{ minWidth: 0 }}>
          <Link to="/projects" search={{}} className={classes.up}>
            {t('nav.projects')}
          </Link>
          <span className="muted" aria-hidden>
            /
          </span>
          <Title order={1} className="cut" fz="lg">
            {project.name}
          </Title>
        </Group>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconEdit size={15} />}
            onClick={() => {
              set(true)
            }}
          >
            {t('accounts.change')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconTrash size={15} />}
            onClick={() => {
              setDeleting(true)
            }}
          >
            {t('execution.delete')}
          </Button>
        </Group>
      </Toolbar>
      <div className={classes.columns}>
        <Executions id={name} />
        <Clusters id={name} />
      </div>
      <ProjectForm
        opened={edit}
        close={() => {
          set(false)
        }}
        before={project}
      />
      <Confirm
        opened={deleting}
        close={() => {
          setDeleting(false)
        }}
        title={t('projects.deleteTitle', { name })}
        action={t('execution.delete')}
        danger
        busy={remove.isPending}
        onConfirm={() => {
          remove.mutate()
        }}
      >
        {t('projects.deleteText')}
      </Confirm>
    </div>
  )
}

/** Asks anew for what a stream says has changed, a few times a second at most. */
function useRenewal(key: readonly unknown[]): () => void {
  const queries = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(
    () => () => {
      clearTimeout(timer.current)
    },
    [],
  )
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void queries.invalidateQueries({ queryKey: key })
    }, settle)
  }
}

function Executions({ id }: { id: string }) {
  const t = useT()
  const renew = useRenewal(projectKeys.executions(id))
  useLive('/applications/*/executions/stream?limit=5', { execution: renew, deleted: renew })
  const { data, error, refetch } = useQuery(projectExecutionsQuery(id))
  return (
    <section aria-labelledby="recent">
      <Title order={2} id="recent" mb={10}>
        {t('overview.recent')}
      </Title>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsLoading rows={4} height={56} />
      ) : (
        <div className="card">
          {data.length === 0 ? (
            <Empty icon={<IconRocket size={26} />} title={t('overview.noExecutions')}>
              {t('projects.noExecutionsText')}
            </Empty>
          ) : (
            data.map((e) => <ExecutionRow key={e.id} execution={e} named across />)
          )}
        </div>
      )}
    </section>
  )
}

function Clusters({ id }: { id: string }) {
  const t = useT()
  const renew = useRenewal(projectKeys.clusters(id))
  useLive('/applications/*/infrastructure/stream', { ready: renew, change: renew })
  const { data, error, refetch } = useQuery(projectClustersQuery(id))
  return (
    <section aria-labelledby="where">
      <Title order={2} id="where" mb={10}>
        {t('overview.where')}
      </Title>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsLoading rows={3} height={56} />
      ) : data.length === 0 ? (
        <div className="card">
          <Empty icon={<IconServerOff size={26} />} title={t('projects.noClusters')}>
            {t('projects.noClustersText')}
          </Empty>
        </div>
      ) : (
        data.map((c, i) => (
          <div key={i} className={`card ${classes.cluster}`}>
            <div className={classes.clusterHead}>
              <span className="cut">
                <b>{c.account}</b>{' '}
                <span className="muted">{[c.stack, c.detail].filter((x) => x && x !== '*').join(' ')}</span>
              </span>
              <HealthBar counts={c.healthCounts} />
            </div>
            {c.applications.map((a) => (
              <div key={a.application} className={classes.app}>
                <Link
                  to="/applications/$app/infrastructure"
                  params={{ app: a.application }}
                  search={{ account: c.account }}
                  className="row-link cut"
                >
                  {a.application}
                </Link>
                <HealthBar counts={sumHealth(a.clusters)} />
              </div>
            ))}
          </div>
        ))
      )}
    </section>
  )
}
