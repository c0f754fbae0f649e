import { isObject, textOf } from '@/lib/json'
import { details, type DetailsProps } from '@/stages/details'
import { contextOf } from '../stage'
import { Child } from './Child'
import { Countdown } from './Countdown'
import { JobState } from './JobState'
import { waitsUntil } from './read'

/** What a stage's own type has to tell beside what all stages tell. */
export function ByType(props: DetailsProps) {
  const { stage, below } = props
  const c = contextOf(stage)
  const until = [stage, ...below].map(waitsUntil).find((at) => at !== undefined)
  const children = [
    textOf(c['executionId']),
    ...(Array.isArray(c['executionIds']) ? c['executionIds'].map(textOf) : []),
  ].filter(Boolean)
  // Webhook stages of the configuration have names of their own.
  const own = details.get(stage.type) ?? (isObject(c['webhook']) ? details.get('webhook') : undefined)
  return (
    <>
      {until !== undefined && <Countdown until={until} from={stage.startTime} />}
      {children.map((id) => (
        <Child key={id} id={id} />
      ))}
      {own && <own.Details {...props} />}
      {isObject(c['jobStatus']) && <JobState stage={stage} />}
    </>
  )
}
