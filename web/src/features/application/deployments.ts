import type { ServerGroup } from '@/api/queries'
import type { Cluster } from '@/features/infrastructure/clusters'
import type { HealthStatus } from '@/lib/health'
import type { Change } from './changes'

// What was deployed last, told from what runs and from the executions that did it.

export type Deployment = {
  cluster: Cluster
  at: number
  /** Images without what is the same in both, such as "web:1.2". */
  from: string[]
  to: string[]
  /** What has done it; undefined if nothing is known to. */
  by?: Change
  /** It has not worked: its execution has failed or was canceled. */
  failed: boolean
}

/** An image without its registry and path, and its digest in short. */
export function shortImage(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1)
  const at = name.indexOf('@sha256:')
  return at < 0 ? name : `${name.slice(0, at)}@${name.slice(at + 8, at + 15)}`
}

const imagesOf = (g: ServerGroup | undefined): string[] => [
  ...new Set((g?.buildInfo.images ?? []).map(shortImage)),
]

// Clocks of clusters and servers differ a little, and a cluster tells whole seconds.
const tolerance = 5000

const given = (images: readonly string[]): string[] => [...new Set(images.map(shortImage))]

/** The last change of a cluster, by the names that its objects are deployed by. */
export function changeOf(cluster: Cluster, changes: readonly Change[]): Change | undefined {
  return changes
    .filter(
      (c) =>
        c.account === cluster.account &&
        c.region === cluster.region &&
        (c.object === cluster.name || cluster.groups.some((g) => g.name === c.object)),
    )
    .toSorted((a, b) => b.start - a.start)[0]
}

/**
 * What was deployed last in each cluster, the latest first: the version that is current (after a roll
 * back the one that it went back to), or a deployment since then that has failed.
 */
export function deploymentsOf(clusters: readonly Cluster[], changes: readonly Change[]): Deployment[] {
  return clusters
    .flatMap((cluster): Deployment[] => {
      // A Deployment gives the ReplicaSet that it goes back to a new revision, but not a new age.
      const [current, before] = cluster.groups.toSorted(
        (a, b) =>
          (b.moniker.sequence ?? 0) - (a.moniker.sequence ?? 0) ||
          (b.createdTime ?? 0) - (a.createdTime ?? 0),
      )
      if (!current?.createdTime) return []
      const last = changeOf(cluster, changes)
      // What came to be after the change has ended is somebody else's doing.
      const by = last && current.createdTime <= (last.end ?? Infinity) + tolerance ? last : undefined
      const failed = by !== undefined && ['TERMINAL', 'STOPPED', 'CANCELED'].includes(by.status)
      const running = imagesOf(current)
      const to = failed && by.images.length > 0 ? given(by.images) : running
      const from = to.every((i) => running.includes(i)) ? imagesOf(before) : running
      const changed = from.length > 0 && to.some((i) => !from.includes(i))
      return [
        {
          cluster,
          at: by?.start ?? current.createdTime,
          from: from.filter((i) => !to.includes(i)),
          to: changed ? to.filter((i) => !from.includes(i)) : to,
          by,
          failed,
        },
      ]
    })
    .sort((a, b) => b.at - a.at)
}

export type Service = {
  name: string
  places: { cluster: Cluster; images: string[]; health: HealthStatus | undefined }[]
  differ: boolean
}

/** Clusters by their name, with what of it runs in each place; whether the places run different versions. */
export function servicesOf(clusters: readonly Cluster[]): Service[] {
  const found = new Map<string, Service>()
  for (const cluster of clusters) {
    const service = found.get(cluster.name) ?? { name: cluster.name, places: [], differ: false }
    const running = cluster.groups.filter((g) => !g.isDisabled && g.instanceCounts.total > 0)
    service.places.push({
      cluster,
      images: [...new Set(running.flatMap(imagesOf))],
      health: cluster.groups[0]?.clusterHealth,
    })
    found.set(cluster.name, service)
  }
  for (const s of found.values())
    s.differ =
      new Set(s.places.filter((p) => p.images.length > 0).map((p) => p.images.toSorted().join())).size > 1
  return [...found.values()]
}
