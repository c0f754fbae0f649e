import type { ServerGroup } from '@/api/queries'

/** A cluster in one place: what runs there under one name. */
export type Cluster = { account: string; region: string; name: string; groups: ServerGroup[] }

/** clustersOf groups server groups as Spinnaker does: by account, location and cluster, the newest group first. */
export function clustersOf(groups: readonly ServerGroup[]): Cluster[] {
  const found = new Map<string, Cluster>()
  for (const g of groups) {
    const key = JSON.stringify([g.account, g.region, g.cluster])
    const cluster = found.get(key) ?? { account: g.account, region: g.region, name: g.cluster, groups: [] }
    cluster.groups.push(g)
    found.set(key, cluster)
  }
  for (const c of found.values()) {
    c.groups.sort(
      (a, b) =>
        (b.moniker.sequence ?? 0) - (a.moniker.sequence ?? 0) ||
        (b.createdTime ?? 0) - (a.createdTime ?? 0) ||
        a.name.localeCompare(b.name),
    )
  }
  return [...found.values()].sort(
    (a, b) =>
      a.account.localeCompare(b.account) || a.name.localeCompare(b.name) || a.region.localeCompare(b.region),
  )
}
