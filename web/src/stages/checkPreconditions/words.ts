import { conditionOf, isEvaluated } from '@/features/execution/stage'
import { objectOf, textOf, type Json } from '@/lib/json'

/**
 * A precondition of a run in words, and the value that its expression came to; '' if it
 * wasn't evaluated. Of one that the run keeps only the value of, the expression is the
 * pipeline's, and checked is the context of its check.
 */
export function inWords(
  kept: Json,
  written: Json | undefined,
  checked: Json,
): { text: string; value: string } {
  const condition = conditionOf(kept)
  if (condition === '')
    return {
      text: `${textOf(kept['type'])}: ${Object.entries(objectOf(kept['context']))
        .map(([k, v]) => `${k} ${textOf(v)}`)
        .join(', ')}`,
      value: '',
    }
  const evaluated = isEvaluated(condition)
  const text = (evaluated && conditionOf(written)) || condition
  const value = textOf(checked['expressionResult']) || (evaluated ? condition : '')
  return { text, value: value === text ? '' : value }
}
