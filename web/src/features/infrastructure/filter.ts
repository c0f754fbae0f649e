import { kindAndName } from '@/lib/format'
import { healthStates, type HealthStatus } from '@/lib/health'

// What is shown of what runs, chosen by what it is.

export const filterNames = ['account', 'region', 'stack', 'detail', 'type', 'status', 'label'] as const
export type FilterName = (typeof filterNames)[number]
/** The values that are wanted, by what they are values of; any where there are none. */
export type Filters = Partial<Record<FilterName, readonly string[]>>

/** What the status may be: a state of health, or disabled. */
export const statuses = [...healthStates, 'disabled'] as const

export type Filterable = {
  account: string
  name: string
  region?: string
  kind?: string
  moniker: { stack?: string; detail?: string }
  labels?: Record<string, string>
  isDisabled?: boolean
  healthStatus?: HealthStatus
}

/** The values that an object has of something. */
export function valuesOf(o: Filterable, name: FilterName): string[] {
  switch (name) {
    case 'account':
      return [o.account]
    case 'region':
      return o.region ? [o.region] : []
    case 'stack':
      return o.moniker.stack ? [o.moniker.stack] : []
    case 'detail':
      return o.moniker.detail ? [o.moniker.detail] : []
    case 'type':
      return [o.kind ?? kindAndName(o.name).kind]
    case 'status':
      return [...(o.healthStatus ? [o.healthStatus.state] : []), ...(o.isDisabled ? ['disabled'] : [])]
    case 'label':
      return Object.entries(o.labels ?? {}).map(([key, value]) => `${key}=${value}`)
  }
}

/** Whether an object has what is wanted: of each kind one of the values, of labels all. */
export function fits(o: Filterable, filters: Filters): boolean {
  return filterNames.every((name) => {
    const wanted = filters[name] ?? []
    if (wanted.length === 0) return true
    const has = valuesOf(o, name)
    return name === 'label' ? wanted.every((w) => has.includes(w)) : wanted.some((w) => has.includes(w))
  })
}

/** What there is to choose from, of each kind, with how many objects have it. */
export function optionsOf(
  objects: readonly Filterable[],
): Record<FilterName, [value: string, count: number][]> {
  const out = Object.fromEntries(filterNames.map((name) => [name, new Map<string, number>()])) as Record<
    FilterName,
    Map<string, number>
  >
  for (const o of objects)
    for (const name of filterNames)
      for (const value of valuesOf(o, name)) out[name].set(value, (out[name].get(value) ?? 0) + 1)
  return Object.fromEntries(
    filterNames.map((name) => [name, [...out[name]].sort(([a], [b]) => a.localeCompare(b))]),
  ) as Record<FilterName, [string, number][]>
}

/** Filters as a URL has them: values with commas between. */
export function filtersOf(search: Partial<Record<FilterName, string>>): Filters {
  return Object.fromEntries(
    filterNames.flatMap((name) => (search[name] ? [[name, search[name].split(',').filter(Boolean)]] : [])),
  )
}

export const textOfFilter = (values: readonly string[]): string | undefined =>
  values.length > 0 ? values.join(',') : undefined
