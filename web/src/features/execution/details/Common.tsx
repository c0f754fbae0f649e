import { Text } from '@mantine/core'
import { IconAlertCircle, IconPackage } from '@tabler/icons-react'
import type { Stage } from '@/api/queries'
import { Ago } from '@/components/Time'
import { messageOf } from '@/lib/exception'
import { textOf } from '@/lib/json'
import { contextOf } from '../stage'
import { useRuns } from '../texts'
import { Words } from './Failures'
import { artifactsOf, restartOf, warningsOf, type Artifact } from './read'
import { Section } from './Section'
import classes from './details.module.css'

const many = 8

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

export function Artifacts({ title, list }: { title: string; list: readonly Artifact[] }) {
  if (list.length === 0) return null
  return (
    <Section title={title} count={list.length} fold={list.length > many ? 'closed' : 'open'}>
      <ul className={classes.list}>
        {list.map((a) => (
          <li key={`${a.type} ${a.name} ${a.version} ${a.reference}`}>
            <IconPackage size={15} aria-hidden />
            <b>{a.name || a.reference}</b>
            {a.version && <span className="mono">{a.version}</span>}
            <span className="muted">{a.type}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
