import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { pipelinesQuery } from '@/api/queries'
import { objectOf, objectsOf, textOf } from '@/lib/json'
import type { Failure } from '../stage'
import { useRuns } from '../texts'
import { withoutSecretsIn } from './read'
import classes from './details.module.css'

type Props = { app: string; pipeline: string | undefined; failure: Failure }

/** The expression that a check failed by: the run's, or if that has only its value, the pipeline's. */
export function FailedExpression({ app, pipeline, failure: { expression, check } }: Props) {
  const r = useRuns()
  const wanted = expression?.text === '' && check !== undefined && pipeline !== undefined
  const { data } = useQuery({ ...pipelinesQuery(app), enabled: wanted })
  if (!expression) return null
  const stage = wanted
    ? objectsOf(data?.find((p) => p.id === pipeline)?.stages).find((s) => textOf(s['refId']) === check.refId)
    : undefined
  const written = textOf(
    objectOf(objectsOf(stage?.['preconditions'])[check?.index ?? 0]?.['context'])['expression'],
  )
  const text = expression.text || written
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
