import { Link } from '@tanstack/react-router'
import type { Parent } from './parents'
import { useRuns } from './texts'
import classes from './Parents.module.css'

/** The way down to an execution from those that started it. */
export function Parents({ of }: { of: readonly Parent[] }) {
  const r = useRuns()
  if (of.length === 0) return null
  return (
    <nav aria-label={r('parents')} className={classes.parents}>
      {of.map((p) => (
        <span key={p.id}>
          <Link to="/executions/$id" params={{ id: p.id }} className="row-link">
            {p.name}
          </Link>
          {p.application && <span className="muted"> {p.application}</span>}
          <span className="muted" aria-hidden>
            {' '}
            ›{' '}
          </span>
        </span>
      ))}
    </nav>
  )
}
