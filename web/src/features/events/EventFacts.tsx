import { Link } from '@tanstack/react-router'
import { Ago } from '@/components/Time'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import classes from './Event.module.css'
import type { TriggerEvent } from './queries'
import { useEventTexts } from './texts'
import { typeName } from './words'

/** What is known of an event beside what it brought. */
export function EventFacts({ event: e }: { event: TriggerEvent }) {
  const t = useEventTexts()
  const { language } = useI18n()
  return (
    <dl className={classes.facts}>
      <div>
        <dt>{t('one.received')}</dt>
        <dd>
          {moment(e.receivedAt, language)}{' '}
          <span className="muted">
            (<Ago time={e.receivedAt} />)
          </span>
        </dd>
      </div>
      <div>
        <dt>{t('one.type')}</dt>
        <dd>{typeName(t, e.type)}</dd>
      </div>
      <div>
        <dt>{t('one.source')}</dt>
        <dd>{e.source}</dd>
      </div>
      {e.deliveries > 1 && (
        <div>
          <dt>{t('one.deliveries')}</dt>
          <dd>{t('one.deliveriesText', { n: e.deliveries })}</dd>
        </div>
      )}
      {e.replayOf && (
        <div>
          <dt>{t('one.replayOf')}</dt>
          <dd>
            <Link to="/events/$id" params={{ id: e.replayOf }}>
              {t('one.original')}
            </Link>
          </dd>
        </div>
      )}
      <div>
        <dt>{t('one.id')}</dt>
        <dd className="mono">{e.id}</dd>
      </div>
    </dl>
  )
}
