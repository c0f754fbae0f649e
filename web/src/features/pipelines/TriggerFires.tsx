import { Link } from '@tanstack/react-router'
import { Ago } from '@/components/Time'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import classes from './Pipelines.module.css'
import { usePipelineTexts } from './texts'
import type { TriggerState } from './useTriggerStates'

/** What a trigger started last, when it fires next, and what is wrong with it. */
export function TriggerFires({ state }: { state: TriggerState | undefined }) {
  const { language } = useI18n()
  const p = usePipelineTexts()
  return (
    <span className={classes.stateTimes}>
      <span>
        {state?.last ? (
          <>
            {p('lastFired')} <Ago time={state.last.at} /> (
            <Link to="/executions/$id" params={{ id: state.last.executionId }}>
              {p('run')}
            </Link>
            ,{' '}
            <Link to="/events/$id" params={{ id: state.last.eventId }}>
              {p('event')}
            </Link>
            )
          </>
        ) : (
          <span className="muted">{p('neverFired')}</span>
        )}
      </span>
      {state?.next && <span>{p('nextFires', { time: moment(Date.parse(state.next), language) })}</span>}
      {state?.problem && <span style={{ color: 'var(--bad)' }}>{state.problem}</span>}
    </span>
  )
}
