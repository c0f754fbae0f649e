import { Link } from '@tanstack/react-router'
import { StatusBadge } from '@/components/Status'
import { Ago } from '@/components/Time'
import { kindAndName } from '@/lib/format'
import type { Deployment } from './deployments'
import classes from './Overview.module.css'
import { useOverview } from './texts'

type Props = {
  app: string
  deployment: Deployment
  /** Whether it is known who deployed: before that, nobody is not the answer. */
  known: boolean
}

/** What was deployed last: what took the place of what, when, and by whom, and whether it worked. */
export function DeploymentRow({ app, deployment: d, known }: Props) {
  const o = useOverview()
  const { name } = kindAndName(d.cluster.name)
  return (
    <div className={classes.deployment} data-failed={d.failed || undefined}>
      <span className="cut">
        <Link
          to="/applications/$app/infrastructure"
          params={{ app }}
          search={{ q: name, account: d.cluster.account }}
          className="row-link"
        >
          <b>{name}</b>
        </Link>{' '}
        <span className="muted">
          {d.cluster.account} · {d.cluster.region}
        </span>
      </span>
      <span className={`muted ${classes.when}`}>
        <Ago time={d.at} />
      </span>
      <span className={`mono ${classes.change}`}>
        {d.from.length > 0 && (
          <>
            <span className="muted">{d.from.join(', ')}</span> →{' '}
          </>
        )}
        {d.to.join(', ')}
      </span>
      <span className={`cut muted ${classes.who}`}>
        {d.failed && <StatusBadge status={d.by?.status} />}{' '}
        {d.by ? (
          <Link to={d.by.path} className="row-link">
            {[d.by.name, d.by.user].filter(Boolean).join(' · ')}
          </Link>
        ) : (
          known && o('unknown')
        )}
      </span>
    </div>
  )
}
