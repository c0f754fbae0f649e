import type { ServerGroup } from '@/api/queries'
import { healthRank, type HealthStatus } from '@/lib/health'
import type { Cluster } from './clusters'

// Clusters as lines, so that of any number of them only those are drawn that are seen.

export type Row =
  | { is: 'account'; key: string; account: string; groups: readonly ServerGroup[] }
  | { is: 'cluster'; key: string; cluster: Cluster }
  | { is: 'group'; key: string; group: ServerGroup; last: boolean }

export const keyOfGroup = (g: Pick<ServerGroup, 'account' | 'region' | 'name'>): string =>
  `${g.account}|${g.region}|${g.name}`

/** The lines of clusters: by account, where there are several, then by cluster and place. */
export function rowsOf(clusters: readonly Cluster[]): Row[] {
  const out: Row[] = []
  const several = new Set(clusters.map((c) => c.account)).size > 1
  let account: string | undefined
  for (const cluster of clusters) {
    if (several && cluster.account !== account) {
      account = cluster.account
      out.push({
        is: 'account',
        key: `a ${account}`,
        account,
        groups: clusters.filter((c) => c.account === cluster.account).flatMap((c) => c.groups),
      })
    }
    out.push({ is: 'cluster', key: `c ${cluster.account}|${cluster.region}|${cluster.name}`, cluster })
    cluster.groups.forEach((group, i) => {
      out.push({ is: 'group', key: keyOfGroup(group), group, last: i === cluster.groups.length - 1 })
    })
  }
  return out
}

export type InstanceRow = {
  key: string
  account: string
  region: string
  name: string
  health: HealthStatus | undefined
  zone: string
  group: ServerGroup
}

/** The instances of server groups, the troubled ones first. */
export function instancesOf(groups: readonly ServerGroup[]): InstanceRow[] {
  return groups
    .flatMap((group) =>
      group.instances.map((i) => ({
        key: `${group.account}|${group.region}|${i.name}`,
        account: group.account,
        region: group.region,
        name: i.name,
        health: i.healthStatus,
        zone: i.availabilityZone,
        group,
      })),
    )
    .sort((a, b) => healthRank(a.health) - healthRank(b.health) || a.name.localeCompare(b.name))
}
