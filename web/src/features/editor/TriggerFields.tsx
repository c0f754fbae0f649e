import { createElement } from 'react'
import { textOf } from './model'
import type { TriggerProps } from './triggerProps'
import { formOf } from './triggers/forms'

/** The fields that only triggers of one type have. */
export function TriggerFields(p: TriggerProps) {
  return createElement(formOf(textOf(p.value['type'])), p)
}
