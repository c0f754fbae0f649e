import { Link } from '@tanstack/react-router'
import { StatusDot } from '@/components/Status'
import { Ago } from '@/components/Time'
import classes from './Events.module.css'
import type { TriggerEvent } from './queries'
import { type EventTexts, useEventTexts } from './texts'
import { reasonText, toneOf, typeName } from './words'

/** What became of an event, in a few words. */
function outcome(t: EventTexts, e: TriggerEvent): string {
  if (e.started > 0) return t('startedRuns', { n: e.started })
  const [only, another] = e.decisions ?? []
  if (only && !another) return reasonText(t, only)
  return e.triggers > 0 ? t('nothing') : t('noTrigger')
}

/** An event in a list, which leads to why it started something or not. */
export function EventRow({ event: e }: { event: TriggerEvent }) {
  const t = useEventTexts()
  const more = [
    typeName(t, e.type),
    e.summary === e.source ? '' : e.source,
    e.triggers > 0 ? t('nothingOf', { n: e.triggers }) : '',
    e.deliveries > 1 ? t('repeats', { n: e.deliveries }) : '',
  ]
  return (
    <div className={`${classes.row} hover-row`}>
      <StatusDot tone={toneOf(e)} />
      <span className={`cut ${classes.what}`}>
        <Link to="/events/$id" params={{ id: e.id }} className={`cut ${classes.link}`}>
          {e.summary}
        </Link>
        <span className={`cut muted ${classes.more}`}>{more.filter(Boolean).join(' · ')}</span>
      </span>
      <span className={classes.outcome} data-started={e.started > 0 || undefined}>
        {outcome(t, e)}
      </span>
      <span className={`muted ${classes.time}`}>
        <Ago time={e.receivedAt} />
      </span>
    </div>
  )
}
