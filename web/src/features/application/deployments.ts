import type { ServerGroup, Summary } from '@/api/queries'
import type { Cluster } from '@/features/infrastructure/clusters'
import type { HealthStatus } from '@/lib/health'

// What was deployed last, told from what runs and from the executions that did it.

export type Deployment = {
  cluster: Cluster
  at: number
  /** Images without what is the same in both, such as "web:1.2". */
  from: string[]
  to: string[]
  /** The execution that has done it; undefined where none is known to. */
  by?: Summary
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

const deploys =
  /^(deployManifest|undoRolloutManifest|patchManifest|rollingRestartManifest|helm.*|runMultiple.*)$/
// Clocks of clusters and servers differ a little, and a cluster tells whole seconds.
const tolerance = 5000

/** The execution whose stage made something at a time. */
export function madeBy(executions: readonly Summary[], at: number): Summary | undefined {
  return executions.find((e) =>
    e.stages.some(
      (s) =>
        deploys.test(s.type) &&
        s.startTime !== undefined &&
        s.startTime - tolerance <= at &&
        at <= (s.endTime ?? Infinity) + tolerance,
    ),
  )
}

/** The newest server group of each cluster with what it took the place of, the latest first. */
export function deploymentsOf(clusters: readonly Cluster[], executions: readonly Summary[]): Deployment[] {
  return clusters
    .flatMap((cluster): Deployment[] => {
      const [newest] = cluster.groups.toSorted((a, b) => (b.createdTime ?? 0) - (a.createdTime ?? 0))
      const before = cluster.groups
        .filter((g) => g !== newest)
        .toSorted((a, b) => (b.createdTime ?? 0) - (a.createdTime ?? 0))[0]
      if (!newest?.createdTime) return []
      const [from, to] = [imagesOf(before), imagesOf(newest)]
      return [
        {
          cluster,
          at: newest.createdTime,
          from: from.filter((i) => !to.includes(i)),
          to: from.length > 0 && to.some((i) => !from.includes(i)) ? to.filter((i) => !from.includes(i)) : to,
          by: madeBy(executions, newest.createdTime),
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
