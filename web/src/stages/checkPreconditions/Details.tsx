import { StatusBadge } from '@/components/Status'
import { objectOf, objectsOf } from '@/lib/json'
import { conditionOf, contextOf, isEvaluated } from '@/features/execution/stage'
import { useRuns } from '@/features/execution/texts'
import { withoutSecretsIn } from '@/lib/secrets'
import { Section } from '@/features/execution/details/Section'
import { usePreconditions } from '@/features/execution/details/usePreconditions'
import classes from '@/features/execution/details/details.module.css'
import type { DetailsProps } from '../details'
import { inWords } from './words'

/** The preconditions of a stage: how each went, its expression, and what that came to. */
export function Details({ stage, below, app, pipeline }: DetailsProps) {
  const r = useRuns()
  const list = objectsOf(contextOf(stage)['preconditions'])
  const kept = list.some((p) => isEvaluated(conditionOf(p)))
  const written = usePreconditions(app, pipeline, kept ? stage.refId : undefined)
  const checks = below.filter((s) => s.parentStageId === stage.id)
  if (list.length === 0) return null
  return (
    <Section title={r('preconditions')} count={list.length}>
      <ul className={classes.list}>
        {list.map((p, i) => {
          const { text, value } = inWords(p, written[i], objectOf(contextOf(checks[i])['context']))
          return (
            <li key={i}>
              <StatusBadge status={checks[i]?.status} />
              <span className="mono">{withoutSecretsIn(text)}</span>
              {value !== '' && (
                <span className="muted">{r('failed.result', { value: withoutSecretsIn(value) })}</span>
              )}
              {p['failPipeline'] === false && <span className="muted">{r('notFailing')}</span>}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
