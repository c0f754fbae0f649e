import { Text, Title } from '@mantine/core'
import { JsonView } from '@/components/JsonView'
import { DecisionCard } from '@/features/events/DecisionCard'
import classes from '@/features/events/Event.module.css'
import type { Decision } from '@/features/events/queries'
import { objectOf, objectsOf, textOf, type Json } from '@/lib/json'
import { useTriggerTexts } from './texts'

/** What a trigger does with an event, and what the run gets. */
export function TryResult({ decisions }: { decisions: readonly Decision[] }) {
  const w = useTriggerTexts()
  if (decisions.length === 0) return <Text role="status">{w('try.notThis')}</Text>
  return (
    <div role="status">
      <ul className={`card ${classes.decisions}`}>
        {decisions.map((d, i) => (
          <DecisionCard key={i} decision={d} would unnamed>
            {d.trigger && <Gets trigger={d.trigger} />}
          </DecisionCard>
        ))}
      </ul>
    </div>
  )
}

/** The parameters, artifacts and payload of the run. */
function Gets({ trigger }: { trigger: Json }) {
  const w = useTriggerTexts()
  const parameters = Object.entries(objectOf(trigger['parameters']))
  const artifacts = objectsOf(trigger['resolvedExpectedArtifacts']).map((a) => objectOf(a['boundArtifact']))
  const brought = artifacts.length > 0 ? artifacts : objectsOf(trigger['artifacts'])
  return (
    <div>
      <Title order={3} mt={8} mb={4}>
        {w('try.gets')}
      </Title>
      <dl className={classes.facts} style={{ marginBottom: 8 }}>
        <div>
          <dt>{w('try.parameters')}</dt>
          <dd>
            {parameters.map(([name, value]) => `${name}=${textOf(value)}`).join(', ') || w('try.nothing')}
          </dd>
        </div>
        <div>
          <dt>{w('try.artifacts')}</dt>
          <dd>
            {brought.map((a) => textOf(a['reference']) || textOf(a['name'])).join(', ') || w('try.nothing')}
          </dd>
        </div>
      </dl>
      <details>
        <summary>{w('try.whole')}</summary>
        <JsonView value={trigger} name="trigger.json" most={50_000} />
      </details>
    </div>
  )
}
