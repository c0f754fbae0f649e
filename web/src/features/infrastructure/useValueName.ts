import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { healthStates } from '@/lib/health'
import type { FilterName } from './filter'

/** useValueName says a value of a filter in words. */
export function useValueName(): (name: FilterName, value: string) => string {
  const t = useT()
  const ti = useInfraT()
  return (name, value) => {
    if (name !== 'status') return value
    if (value === 'disabled') return ti('filter.disabled')
    const state = healthStates.find((s) => s === value)
    return state ? t(`health.state.${state}`) : value
  }
}
