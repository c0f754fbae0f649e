import type { Json } from '@/lib/json'
import { kindAndName } from '@/lib/format'
import type { KubernetesObject, Place } from '../object'

// What can be done with an object, by its kind, and the tasks that do it.

export const actions = [
  'scale',
  'restart',
  'undo',
  'pause',
  'resume',
  'enable',
  'disable',
  'attach',
  'terminate',
  'delete',
] as const
export type Action = (typeof actions)[number]

/** An action with the object that it is done to: an old ReplicaSet's Deployment is rolled back to it. */
export type Offer = { action: Action; place: Place; revision?: number }

/** What the person has chosen for an action. */
export type Choices = {
  replicas: number | string
  cascading: 'background' | 'foreground' | 'orphan'
  /** Seconds; the object's own where empty. */
  grace: number | string
  revision?: number
  balancers: readonly string[]
}

const traffic = 'traffic.spinnaker.io/load-balancers'
const revisionOf = 'deployment.kubernetes.io/revision'

/** The load balancers that an object is to get traffic from. */
export function balancersOf(o: KubernetesObject): string[] {
  try {
    const value: unknown = JSON.parse(o.metadata?.annotations?.[traffic] ?? '[]')
    return Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []
  } catch {
    return []
  }
}

/** What can be done with an object: as its kind allows, and leaving alone what its owner would undo. */
export function offersFor(place: Place, o: KubernetesObject, disabled: boolean): Offer[] {
  const { kind } = kindAndName(place.name)
  const owner = o.metadata?.ownerReferences?.find((r) => r.controller)
  const own = (...list: Action[]): Offer[] => list.map((action) => ({ action, place }))
  const flow: Action[] = balancersOf(o).length > 0 ? [disabled ? 'enable' : 'disable', 'attach'] : ['attach']
  switch (kind) {
    case 'deployment':
      return own('scale', 'restart', 'undo', o.spec?.paused ? 'resume' : 'pause', 'delete')
    case 'statefulSet':
      return own('scale', 'restart', 'undo', 'delete')
    case 'daemonSet':
      return own('restart', 'undo', 'delete')
    case 'replicaSet': {
      if (!owner) return own('scale', ...flow, 'delete')
      const revision = Number(o.metadata?.annotations?.[revisionOf])
      const back: Offer[] =
        owner.kind === 'Deployment' && revision > 0
          ? [{ action: 'undo', place: { ...place, name: `deployment ${owner.name ?? ''}` }, revision }]
          : []
      return [...back, ...own('delete')]
    }
    case 'pod':
      return own(...(owner ? [] : flow), 'terminate')
    default:
      return own('delete')
  }
}

const stages: Record<Action, string> = {
  scale: 'scaleManifest',
  restart: 'rollingRestartManifest',
  undo: 'undoRolloutManifest',
  pause: 'pauseRolloutManifest',
  resume: 'resumeRolloutManifest',
  enable: 'enableManifest',
  disable: 'disableManifest',
  attach: 'enableManifest',
  terminate: 'deleteManifest',
  delete: 'deleteManifest',
}

export type Job = { type: string } & Json

/** The task that does something with an object, as Deck asks for it. */
export function jobFor(action: Action, p: Place, c: Partial<Choices>, reason = ''): Job {
  return {
    type: stages[action],
    cloudProvider: 'kubernetes',
    account: p.account,
    location: p.location,
    manifestName: p.name,
    mode: 'static',
    app: p.app,
    ...fieldsOf(action, c),
    ...(reason.trim() ? { reason: reason.trim() } : {}),
  }
}

function fieldsOf(action: Action, c: Partial<Choices>): Json {
  switch (action) {
    case 'scale':
      return { replicas: Number(c.replicas) }
    case 'undo':
      return c.revision === undefined ? { numRevisionsBack: 1 } : { revision: c.revision }
    case 'attach':
      return { loadBalancers: [...(c.balancers ?? [])] }
    case 'terminate':
    case 'delete':
      return {
        options: {
          cascading: c.cascading ?? 'background',
          ...(c.grace === undefined || c.grace === '' ? {} : { gracePeriodSeconds: Number(c.grace) }),
        },
      }
    default:
      return {}
  }
}

type Node = { uid: string; parent?: string; name: string; kind: string }

/** What is deleted together with an object: all that it owns, counted by kind. */
export function goesWith(nodes: readonly Node[], name: string): [kind: string, count: number][] {
  const start = nodes.findIndex((n) => n.name === name)
  if (start < 0) return []
  const gone = new Set([nodes[start]?.uid])
  const counts = new Map<string, number>()
  for (const n of nodes.slice(start + 1)) {
    if (n.parent === undefined || !gone.has(n.parent)) continue
    gone.add(n.uid)
    counts.set(n.kind, (counts.get(n.kind) ?? 0) + 1)
  }
  return [...counts]
}

/** Actions that take something away, and are shown so. */
export const dangerous = (action: Action): boolean => ['delete', 'terminate', 'disable'].includes(action)
