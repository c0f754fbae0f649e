import { Text } from '@mantine/core'
import type { Execution } from '@/api/queries'
import { Ago } from '@/components/Time'
import { triggerName } from '@/features/executions/ExecutionRow'
import { useT } from '@/i18n'
import { objectOf, objectsOf, textOf } from '@/lib/json'
import { useJudgmentTexts } from './texts'
import classes from './Judgment.module.css'

/** What a judgment is about: who started the run, with which parameters and artifacts. */
export function About({ execution: e }: { execution: Pick<Execution, 'trigger' | 'startTime'> }) {
  const t = useT()
  const tj = useJudgmentTexts()
  const trigger = objectOf(e.trigger)
  const parameters = Object.entries(objectOf(trigger['parameters']))
  const artifacts = objectsOf(trigger['artifacts']).map((a) => textOf(a['reference']) || textOf(a['name']))
  const user = textOf(trigger['user'])
  return (
    <dl className={classes.about}>
      <div>
        <dt>{tj('askedBy')}</dt>
        <dd>
          {[user, triggerName(t, textOf(trigger['type']) || undefined)].filter(Boolean).join(' · ')} ·{' '}
          <Ago time={e.startTime} />
        </dd>
      </div>
      {parameters.length > 0 && (
        <div>
          <dt>{tj('parameters')}</dt>
          <dd>
            {parameters.map(([name, value]) => (
              <Text key={name} span className={classes.pair}>
                <span className="muted">{name}</span>{' '}
                <span className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</span>
              </Text>
            ))}
          </dd>
        </div>
      )}
      {artifacts.length > 0 && (
        <div>
          <dt>{tj('artifacts')}</dt>
          <dd className="mono">{artifacts.join(', ')}</dd>
        </div>
      )}
    </dl>
  )
}
