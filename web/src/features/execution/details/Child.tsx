import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { executionQuery } from '@/api/queries'
import { Failure, RowsLoading } from '@/components/States'
import { StageBar } from '@/components/StageBar'
import { StatusBadge } from '@/components/Status'
import { Elapsed } from '@/components/Time'
import { isActive, shownStatus } from '@/lib/status'
import { useRuns } from '../texts'
import { Section } from './Section'
import classes from './details.module.css'

const lookEvery = 3000

/** The execution that a stage has started, as it is now. */
export function Child({ id }: { id: string }) {
  const r = useRuns()
  const child = useQuery({
    ...executionQuery(id),
    staleTime: 0,
    refetchInterval: (q) => (isActive(q.state.data?.status ?? 'RUNNING') ? lookEvery : false),
  })
  if (child.error) return <Failure error={child.error} />
  if (!child.data) return <RowsLoading rows={1} />
  const e = child.data
  return (
    <Section title={r('child')}>
      <div className={classes.child}>
        <StatusBadge status={shownStatus(e)} />
        <Link to="/applications/$app/executions/$id" params={{ app: e.application, id }} className="row-link">
          <b>{e.name}</b> <span className="muted">{e.application}</span>
        </Link>
        <span style={{ flex: '1 1 120px', maxWidth: 260 }}>
          <StageBar stages={e.stages} />
        </span>
        <span className="muted">
          <Elapsed of={e} />
        </span>
      </div>
    </Section>
  )
}
