import type { Schemas } from '@/api/client'
import type { ServerGroup } from '@/api/queries'
import { isObject, objectOf, objectsOf, textOf, type Json } from '@/lib/json'
import type { KubernetesObject, Place } from './object'

const cluster = 'moniker.spinnaker.io/cluster'

/** Something that is being done to an object at this moment. */
export type Work = { account: string; region: string; object: string; name: string; path: string }

type Run = { stages?: readonly Schemas['StageExecution'][] }

/** The objects that an execution's running stages work on. */
export function workOf(run: Run, name: string, path: string): Work[] {
  return (run.stages ?? [])
    .filter((s) => s.status === 'RUNNING')
    .flatMap((s) => {
      const context = objectOf(s.context)
      return objectsIn(context).map((o) => ({
        ...o,
        name: textOf(s.name) && textOf(s.name) !== textOf(s.type) ? textOf(s.name) : name,
        path,
      }))
    })
}

/** The objects that a stage's context names: those it is about, and those it deploys. */
export function objectsIn(context: Json): { account: string; region: string; object: string }[] {
  const account = textOf(context['account'])
  const out: { account: string; region: string; object: string }[] = []
  if (typeof context['manifestName'] === 'string')
    out.push({ account, region: textOf(context['location']), object: context['manifestName'] })
  for (const m of [...objectsOf(context['manifests']), ...objectsOf(context['outputs.manifests'])]) {
    const metadata = objectOf(m['metadata'])
    const kind = textOf(m['kind'])
    if (!isObject(m['metadata']) || kind === '') continue
    out.push({
      account,
      region: textOf(metadata['namespace']) || 'default',
      object: `${kind.charAt(0).toLowerCase()}${kind.slice(1)} ${textOf(metadata['name'])}`,
    })
  }
  return out
}

/** What is being done to a server group, or to what manages it. */
export function workOn(
  work: readonly Work[],
  g: Pick<ServerGroup, 'account' | 'region' | 'name' | 'cluster'>,
): Work | undefined {
  return work.find(
    (w) =>
      w.account === g.account && w.region === g.region && (w.object === g.name || w.object === g.cluster),
  )
}

/** The names that an object, or what it belongs to, is deployed by. */
export function namesOf(place: Pick<Place, 'name'>, o: KubernetesObject): string[] {
  const owner = o.metadata?.ownerReferences?.find((r) => r.controller)
  const annotated = o.metadata?.annotations?.[cluster]
  return [
    place.name,
    ...(annotated ? [annotated] : []),
    ...(owner?.kind && owner.name
      ? [`${owner.kind.charAt(0).toLowerCase()}${owner.kind.slice(1)} ${owner.name}`]
      : []),
  ]
}
