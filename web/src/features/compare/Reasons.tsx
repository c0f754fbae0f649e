import { Text } from '@mantine/core'
import { IconBulb } from '@tabler/icons-react'
import { span } from '@/lib/format'
import type { Reason } from './compare'
import { useCompare, type CompareT } from './texts'
import classes from './Compare.module.css'

const shown = 12
const long = 80

/** What may explain that one execution went otherwise than the other, the likeliest first. */
export function Reasons({ reasons, failed }: { reasons: readonly Reason[]; failed: boolean }) {
  const c = useCompare()
  return (
    <section className={classes.section} aria-label={c(failed ? 'whyFailed' : 'why')}>
      <Text component="h3" fw={600} mb={8} mt={0}>
        {c(failed ? 'whyFailed' : 'why')}
      </Text>
      <div className="card">
        {reasons.length === 0 ? (
          <div className={classes.none}>
            {failed ? (
              <>
                <b>{c('nothing')}</b> {c('nothingText')}
              </>
            ) : (
              c('sameEnd')
            )}
          </div>
        ) : (
          <ul className={classes.reasons}>
            {reasons.slice(0, shown).map((r, i) => (
              <li key={i}>
                <IconBulb size={16} aria-hidden />
                <span>{say(c, r)}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  )
}

function say(c: CompareT, r: Reason) {
  switch (r.kind) {
    case 'stageConfig':
      return c(r.failed ? 'stageConfigFailed' : 'stageConfig', {
        stage: r.stage,
        fields: r.fields.join(', '),
      })
    case 'stageAdded':
    case 'stageRemoved':
      return c(r.kind, { stage: r.stage })
    case 'slower':
      return c('slower', { stage: r.stage, before: span(r.before), after: span(r.after) })
    default:
      return (
        <>
          {c(r.kind, { name: r.row.name })}: <Short of={r.row.before} c={c} /> →{' '}
          <Short of={r.row.after} c={c} />
        </>
      )
  }
}

function Short({ of, c }: { of: string | undefined; c: CompareT }) {
  if (of === undefined) return <span className="muted">{c('absent')}</span>
  return <span className="mono">{of.length > long ? `${of.slice(0, long)}…` : of}</span>
}
