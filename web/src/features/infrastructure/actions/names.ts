import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import type { Action } from './actions'

/** useActionName is what an action is called. */
export function useActionName(): (action: Action) => string {
  const t = useT()
  const ti = useInfraT()
  return (action) =>
    action === 'attach' || action === 'terminate' ? ti(`act.do.${action}`) : t(`object.do.${action}`)
}
