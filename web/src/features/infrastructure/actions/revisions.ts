import { useQueries, useQuery } from '@tanstack/react-query'
import { isObject, objectOf, type Json } from '@/lib/json'
import { write } from '@/lib/texts'
import type { Place } from '../object'
import { manifestQuery, treeQuery } from '../objectQueries'

/** A state that a workload had, and can be taken back to. */
export type Revision = {
  number: number
  name: string
  created?: number
  template: Json
  images: string[]
  cause?: string
}

const most = 20

/** useRevisions is what a workload was, the newest first. */
export function useRevisions(place: Place): { revisions: Revision[]; error: unknown; loading: boolean } {
  const tree = useQuery(treeQuery(place))
  const nodes = tree.data?.nodes ?? []
  const root = nodes.find((n) => n.name === place.name)
  const names = nodes
    .filter(
      (n) =>
        root !== undefined && n.parent === root.uid && ['replicaSet', 'controllerRevision'].includes(n.kind),
    )
    .slice(-most)
  const objects = useQueries({
    queries: names.map((n) => ({ ...manifestQuery({ ...place, name: n.name }), staleTime: 10_000 })),
  })
  const revisions = objects.flatMap((o) => {
    const found = o.data && revisionOf(o.data.manifest as Json)
    return found ? [found] : []
  })
  return {
    revisions: revisions.sort((a, b) => b.number - a.number),
    error: tree.error ?? objects.find((o) => o.error)?.error,
    loading: tree.isPending || objects.some((o) => o.isPending),
  }
}

/** A revision of a ReplicaSet or a ControllerRevision; undefined where the object is none. */
export function revisionOf(object: Json): Revision | undefined {
  const metadata = objectOf(object['metadata'])
  const annotations = objectOf(metadata['annotations'])
  const held = object['kind'] === 'ControllerRevision' ? objectOf(object['data']) : object
  const number = Number(
    object['kind'] === 'ControllerRevision'
      ? object['revision']
      : annotations['deployment.kubernetes.io/revision'],
  )
  if (!Number.isInteger(number) || number <= 0) return undefined
  const template = cleaned(objectOf(objectOf(held['spec'])['template']))
  const containers: unknown = objectOf(template['spec'])['containers']
  const images = (Array.isArray(containers) ? (containers as unknown[]) : [])
    .filter(isObject)
    .map((c) => c['image'])
    .filter((i): i is string => typeof i === 'string')
  const cause = annotations['kubernetes.io/change-cause']
  const created = Date.parse(String(metadata['creationTimestamp']))
  return {
    number,
    name: String(metadata['name']),
    template,
    images,
    ...(Number.isNaN(created) ? {} : { created }),
    ...(typeof cause === 'string' ? { cause } : {}),
  }
}

function cleaned(template: Json): Json {
  const rest = { ...template }
  Reflect.deleteProperty(rest, '$patch')
  const metadata = { ...objectOf(rest['metadata']) }
  const labels = Object.fromEntries(
    Object.entries(objectOf(metadata['labels'])).filter(([key]) => key !== 'pod-template-hash'),
  )
  Reflect.deleteProperty(metadata, 'creationTimestamp')
  return { ...rest, metadata: { ...metadata, labels } }
}

export const textOfTemplate = (r: Revision): string => write(r.template, 'yaml')
