import { Link } from '@tanstack/react-router'
import type { Pipeline } from '@/api/queries'
import { triggerName } from '@/features/executions/ExecutionRow'
import { useI18n } from '@/i18n'
import { objectsOf, textOf } from '@/lib/json'
import classes from './Pipelines.module.css'
import { usePipelineTexts } from './texts'
import { triggerText } from './triggerText'
import { InheritedState } from './InheritedState'
import { TriggerFires } from './TriggerFires'
import type { TriggerState } from './useTriggerStates'

type Props = {
  app: string
  pipeline: Pipeline
  names: ReadonlyMap<string, string>
  states: readonly TriggerState[]
}

/** What starts a pipeline by itself, with what each trigger started last and when it fires next. */
export function TriggerStates({ app, pipeline, names, states }: Props) {
  const { t } = useI18n()
  const p = usePipelineTexts()
  return (
    <div className={classes.states}>
      <ul className={classes.stateList}>
        {objectsOf(pipeline.triggers).map((trigger, i) => {
          const state = states.find((s) => s.index === i)
          const off = trigger['enabled'] === false
          return (
            <li key={i} className={classes.state}>
              <span className={classes.stateName}>
                {triggerName(t, textOf(trigger['type']))}{' '}
                <span className="muted">{triggerText(trigger, names)}</span>
              </span>
              {off ? <span className="muted">{p('triggerOff')}</span> : <TriggerFires state={state} />}
            </li>
          )
        })}
        {states
          .filter((s) => s.inherited)
          .map((s) => (
            <InheritedState key={s.index} state={s} />
          ))}
      </ul>
      <Link to="/applications/$app/events" params={{ app }} search={{ pipeline: pipeline.id }}>
        {p('events')}
      </Link>
    </div>
  )
}
