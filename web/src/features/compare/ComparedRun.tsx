import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { summaryOf } from '@/api/executions'
import { type Execution } from '@/api/queries'
import { StatusBadge } from '@/components/Status'
import { Ago, Elapsed } from '@/components/Time'
import { shownStatus } from '@/lib/status'
import classes from './Compare.module.css'

/** One of the two runs that are compared. */
export function ComparedRun({
  execution: e,
  title,
  children,
}: {
  execution: Execution
  title: string
  children?: React.ReactNode
}) {
  const user = summaryOf(e).user
  return (
    <section className={`card ${classes.run}`} aria-label={title}>
      <Text size="xs" fw={600} c="dimmed">
        {title}
      </Text>
      <div className={classes.facts}>
        <StatusBadge status={shownStatus(e)} />
        <Link className="row-link" to="/executions/$id" params={{ id: e.id }}>
          <Ago time={e.startTime ?? e.buildTime} />
        </Link>
        <Elapsed of={e} />
        {user && <span className="muted">{user}</span>}
      </div>
      {children}
    </section>
  )
}
