import { Text, VisuallyHidden } from '@mantine/core'
import type { Row } from './compare'
import { useCompare } from './texts'
import classes from './Compare.module.css'

/** Names with their values in both executions; those that are the same where all are asked for. */
export function Rows({ title, rows, all }: { title: string; rows: readonly Row[]; all: boolean }) {
  const c = useCompare()
  const shown = all ? rows : rows.filter((r) => r.kind !== 'same')
  if (shown.length === 0) return null
  return (
    <section className={classes.section} aria-label={title}>
      <Text component="h3" fw={600} mb={8} mt={0}>
        {title}
      </Text>
      <div className="card">
        <div className={`${classes.row} ${classes.titles}`} aria-hidden>
          <span>{c('name')}</span>
          <span>{c('earlier')}</span>
          <span>{c('this')}</span>
        </div>
        {shown.map((r) => (
          <div key={r.name} className={classes.row} data-kind={r.kind}>
            <span>{r.name}</span>
            <Value side="before" value={r.before} />
            <Value side="after" value={r.after} />
          </div>
        ))}
      </div>
    </section>
  )
}

const longest = 600

function Value({ side, value }: { side: 'before' | 'after'; value: string | undefined }) {
  const c = useCompare()
  return (
    <span className={classes.value} data-side={side}>
      <VisuallyHidden>{c(side === 'before' ? 'earlier' : 'this')}: </VisuallyHidden>
      {value === undefined ? (
        <span className="muted">{c('absent')}</span>
      ) : value.length > longest ? (
        `${value.slice(0, longest)}…`
      ) : (
        value
      )}
    </span>
  )
}
