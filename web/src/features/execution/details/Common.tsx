import { Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { Stage } from '@/api/queries'
import { Ago } from '@/components/Time'
import { messageOf } from '@/lib/exception'
import { textOf } from '@/lib/json'
import { contextOf } from '../stage'
import { useRuns } from '../texts'
import { Words } from './Words'
import { artifactsOf, restartOf, warningsOf } from './read'
import { Section } from './Section'
import classes from './details.module.css'
import { Artifacts } from './Artifacts'

/** What stages of all types may tell: restarts, warnings, artifacts, comments. */
export function Common({ stage }: { stage: Stage }) {
  const r = useRuns()
  const c = contextOf(stage)
  const restart = restartOf(stage, messageOf)
  const warnings = warningsOf(stage)
  const { consumed, produced } = artifactsOf(stage)
  return (
    <>
      {textOf(c['judgmentError']) && <Note text={textOf(c['judgmentError'])} />}
      {warnings.length > 0 && (
        <Section title={r('expressions')} count={warnings.length} fold="open">
          <ul className={classes.list}>
            {warnings.map((w, i) => (
              <li key={i}>
                <span className="mono">{w.field}</span>
                <span>{w.text}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {restart && (
        <Section title={r('restarted')} fold="closed">
          <Text size="sm">
            {r('restartedBy', { user: restart.by || '?' })} <Ago time={restart.at} />
          </Text>
          {restart.before && (
            <>
              <Text size="xs" c="dimmed" mt={4}>
                {r('failedBefore')}
              </Text>
              <Words text={restart.before} />
            </>
          )}
        </Section>
      )}
      <Artifacts title={r('consumed')} list={consumed} />
      <Artifacts title={r('produced')} list={produced} />
      {textOf(c['comments']) && (
        <Section title={r('comments')}>
          <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
            {textOf(c['comments'])}
          </Text>
        </Section>
      )}
    </>
  )
}

function Note({ text }: { text: string }) {
  return (
    <div role="alert" className={classes.failure} data-tone="wait">
      <IconAlertCircle size={18} aria-hidden />
      <Words text={text} />
    </div>
  )
}
