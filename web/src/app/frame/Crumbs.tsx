import { useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { executionQuery, pipelinesQuery } from '@/api/queries'
import { useT } from '@/i18n'
import { crumbsOf } from './crumbs'
import { Favourite } from './Favourite'
import classes from './Topbar.module.css'

/** The way to this page from the list of applications; nothing outside of an application. */
export function Crumbs() {
  const t = useT()
  const path = useRouterState({ select: (s) => s.location.pathname })
  const { app, pipelineId, runId, edits } = crumbsOf(path)
  // Both are what the page itself asks for.
  const run = useQuery({ ...executionQuery(runId ?? ''), enabled: runId !== undefined }).data
  const pipelines = useQuery({ ...pipelinesQuery(app ?? ''), enabled: pipelineId !== undefined }).data
  if (app === undefined) return null
  const name = pipelineId ? pipelines?.find((p) => p.id === pipelineId)?.name : run?.name
  // On its own page, the pipeline is where one is.
  const linked = run ? run.pipelineConfigId : edits ? pipelineId : undefined
  const number = run && (run.number === undefined ? run.id : `#${run.number}`)
  return (
    <ol className={classes.crumbs}>
      <li className={classes.crumb} data-far>
        <Link to="/">{t('nav.applications')}</Link>
      </li>
      <li className={classes.crumb} data-far={name !== undefined || undefined}>
        <h1 className={`${classes.app} cut`}>
          {name === undefined ? (
            app
          ) : (
            <Link to="/applications/$app" params={{ app }}>
              {app}
            </Link>
          )}
        </h1>
        <Favourite app={app} />
      </li>
      {name !== undefined && (
        <li className={classes.crumb} aria-current={number || linked ? undefined : 'page'}>
          {linked ? (
            <Link to="/applications/$app/pipelines/$id" params={{ app, id: linked }} className="cut">
              {name}
            </Link>
          ) : (
            <span className={`cut ${classes.here}`}>{name}</span>
          )}
        </li>
      )}
      {number && (
        <li className={classes.crumb} aria-current="page" data-last>
          <span className={`cut num ${classes.here}`}>{number}</span>
        </li>
      )}
    </ol>
  )
}
