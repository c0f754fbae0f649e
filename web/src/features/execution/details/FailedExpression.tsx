import { Text } from '@mantine/core'
import { conditionOf, type Failure } from '../stage'
import { useRuns } from '../texts'
import { withoutSecretsIn } from '@/lib/secrets'
import { usePreconditions } from './usePreconditions'
import classes from './details.module.css'

type Props = { app: string; pipeline: string | undefined; failure: Failure }

/** The expression that a check failed by: the run's, or if that has only its value, the pipeline's. */
export function FailedExpression({ app, pipeline, failure: { expression, check } }: Props) {
  const r = useRuns()
  const written = usePreconditions(app, pipeline, expression?.text === '' ? check?.refId : undefined)
  if (!expression) return null
  const text = expression.text || conditionOf(written[check?.index ?? 0])
  return (
    <>
      {text !== '' && <code className={classes.expression}>{withoutSecretsIn(text)}</code>}
      {expression.result !== '' && expression.result !== text && (
        <Text size="sm" c="dimmed">
          {r('failed.result', { value: withoutSecretsIn(expression.result) })}
        </Text>
      )}
    </>
  )
}
