import { Ago } from '@/components/Time'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import classes from './Pipelines.module.css'
import { usePipelineTexts } from './texts'
import { summaryOf } from './triggerTimes'
import type { TriggerState } from './useTriggerStates'

/** When a pipeline's triggers fire next, or else when one last did, in a few words. */
export function TriggerTimes({ states }: { states: readonly TriggerState[] }) {
  const { language } = useI18n()
  const p = usePipelineTexts()
  const { next, last } = summaryOf(states)
  if (next !== undefined)
    return (
      <span className={`cut muted ${classes.times}`}>{p('nextFires', { time: moment(next, language) })}</span>
    )
  if (last)
    return (
      <span className={`cut muted ${classes.times}`}>
        {p('lastFired')} <Ago time={last.at} />
      </span>
    )
  return null
}
