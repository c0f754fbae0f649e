import { useDebouncedValue } from '@mantine/hooks'
import { use } from 'react'
import { useT } from '@/i18n'
import { asksOthers, hasExpression, inShort, troubles } from './evaluate'
import { RunContext, useEvaluation } from './run'
import classes from './ExpressionHint.module.css'

/** Below a field with an expression: what it came to in the run that is looked at. */
export function ExpressionHint({ text }: { text: string }) {
  const t = useT()
  const run = use(RunContext)
  const [settled] = useDebouncedValue(text, 600)
  const asked = hasExpression(settled) && !asksOthers(settled)
  const { data } = useEvaluation(run, settled, asked)
  if (!asked || !data || !run.execution) return null
  const wrong = troubles(data)
  return wrong.length > 0 ? (
    <span className={classes.hint} data-bad title={wrong.join('\n')}>
      {t('editor.hintBad', { problem: inShort(wrong[0]) })}
    </span>
  ) : (
    <span className={classes.hint} title={t('editor.hintFrom', { run: run.execution.id })}>
      = {inShort(data.result) || "''"}
    </span>
  )
}
