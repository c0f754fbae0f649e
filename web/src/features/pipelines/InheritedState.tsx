import { triggerName } from '@/features/executions/ExecutionRow'
import { useI18n } from '@/i18n'
import classes from './Pipelines.module.css'
import { usePipelineTexts } from './texts'
import { TriggerFires } from './TriggerFires'
import type { TriggerState } from './useTriggerStates'

/** A trigger that a pipeline inherits from its template, or why it inherits none. */
export function InheritedState({ state }: { state: TriggerState }) {
  const { t } = useI18n()
  const p = usePipelineTexts()
  const broken = state.type === 'templatedPipeline'
  return (
    <li className={classes.state}>
      <span className={classes.stateName}>
        {broken ? p('brokenTemplate') : triggerName(t, state.type)}{' '}
        {!broken && <span className="muted">{p('inherited')}</span>}
      </span>
      {broken ? <span style={{ color: 'var(--bad)' }}>{state.problem}</span> : <TriggerFires state={state} />}
    </li>
  )
}
