import type { ServerGroup } from '@/api/queries'
import { kindAndName } from '@/lib/format'
import type { Action } from '../actions/actions'
import type { Place } from '../object'
import type { InstanceRow } from '../rows'

// What is done to several at once: to each what it can do, and the others are left alone.

export const groupActions = [
  'enable',
  'disable',
  'scale',
  'restart',
  'delete',
] as const satisfies readonly Action[]
export type BulkAction = (typeof groupActions)[number] | 'terminate'

export type Why = 'managed' | 'noBalancers' | 'enabled' | 'disabled' | 'cannotScale' | 'cannotRestart'
export type Target = { place: Place; replicas?: number; instances: number; of?: string }
export type BulkPlan = { targets: Target[]; left: { name: string; why: Why }[] }

const scalable = ['replicaSet', 'statefulSet', 'deployment']
const restartable = ['deployment', 'statefulSet', 'daemonSet']

/** What an action comes to for each of some server groups. What manages a group is scaled and restarted in its place, once. */
export function planGroups(app: string, action: BulkAction, groups: readonly ServerGroup[]): BulkPlan {
  const out: BulkPlan = { targets: [], left: [] }
  const seen = new Set<string>()
  for (const g of groups) {
    const [manager] = g.serverGroupManagers
    const { kind } = kindAndName(g.name)
    const own: Place = { app, account: g.account, location: g.region, name: g.name }
    const leave = (why: Why) => {
      out.left.push({ name: g.name, why })
    }
    const take = (place: Place, of?: string) => {
      const key = JSON.stringify(place)
      if (!seen.has(key))
        out.targets.push({
          place,
          replicas: g.capacity.desired,
          instances: g.instanceCounts.total,
          ...(of ? { of } : {}),
        })
      seen.add(key)
    }
    const managed = manager && {
      ...own,
      location: manager.location ?? g.region,
      name: /\s/.test(manager.name ?? '') ? (manager.name ?? '') : `deployment ${manager.name ?? ''}`,
    }
    switch (action) {
      case 'enable':
      case 'disable':
        if (managed) leave('managed')
        else if (g.loadBalancers.length === 0 || kind !== 'replicaSet') leave('noBalancers')
        else if ((action === 'disable') === g.isDisabled) leave(g.isDisabled ? 'disabled' : 'enabled')
        else take(own)
        break
      case 'scale':
        if (managed) take(managed, g.name)
        else if (scalable.includes(kind)) take(own)
        else leave('cannotScale')
        break
      case 'restart':
        if (managed) take(managed, g.name)
        else if (restartable.includes(kind)) take(own)
        else leave('cannotRestart')
        break
      default:
        take(own)
    }
  }
  return out
}

export function planInstances(app: string, instances: readonly InstanceRow[]): BulkPlan {
  return {
    targets: instances.map((i) => ({
      place: { app, account: i.account, location: i.region, name: i.name },
      instances: 1,
      of: i.group.name,
    })),
    left: [],
  }
}

/** Runs work side by side, a few at a time, until it is done or told to stop. */
export async function sideBySide<T>(
  items: readonly T[],
  atOnce: number,
  stopped: () => boolean,
  run: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length && !stopped()) {
      const at = next++
      const item = items[at]
      if (item !== undefined) await run(item, at)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
