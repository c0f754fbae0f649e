import type { Schemas } from '@/api/client'
import { kindAndName } from '@/lib/format'
import type { Tone } from '@/lib/status'

/** An object of a cluster, as links name it. */
export type Place = { app: string; account: string; location: string; name: string }

type Condition = { state: boolean; message?: string }
export type ObjectStatus = { stable?: Condition; paused?: Condition; available?: Condition; failed?: Condition }

export type StatusKey = 'failed' | 'paused' | 'changing' | 'stable'

/** What an object's status comes to: the worst of it, with its words. */
export function statusOf(s: ObjectStatus): { key: StatusKey; tone: Tone; message?: string } {
  if (s.failed?.state) return { key: 'failed', tone: 'bad', message: s.failed.message }
  if (s.paused?.state) return { key: 'paused', tone: 'wait', message: s.paused.message }
  if (s.stable && !s.stable.state) return { key: 'changing', tone: 'busy', message: s.stable.message }
  return { key: 'stable', tone: 'good' }
}

type Spec = { replicas?: number; containers?: Container[]; template?: { spec?: { containers?: Container[]; initContainers?: Container[] } }; initContainers?: Container[]; paused?: boolean }
export type Container = { name: string; image?: string }
export type KubernetesObject = {
  apiVersion?: string
  kind?: string
  metadata?: { creationTimestamp?: string; labels?: Record<string, string>; annotations?: Record<string, string>; ownerReferences?: { kind?: string; name?: string; controller?: boolean }[] }
  spec?: Spec
  status?: { conditions?: { type?: string; status?: string; reason?: string; message?: string; lastTransitionTime?: string }[]; podIP?: string; phase?: string; readyReplicas?: number; replicas?: number }
}

export function objectOf(m: Schemas['Manifest']): KubernetesObject {
  return m.manifest as KubernetesObject
}

/** The containers of a pod, or of the pods that an object makes. */
export function containersOf(o: KubernetesObject): Container[] {
  const spec = o.spec?.template?.spec ?? o.spec
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
}

export const actions = ['scale', 'restart', 'undo', 'pause', 'resume', 'enable', 'disable', 'delete'] as const
export type Action = (typeof actions)[number]

/** What can be done with an object: as its kind allows, and leaving alone what its owner would undo. */
export function actionsFor(name: string, o: KubernetesObject, hasTraffic: boolean): Action[] {
  const { kind } = kindAndName(name)
  const owned = (o.metadata?.ownerReferences ?? []).some((r) => r.controller)
  switch (kind) {
    case 'deployment': return ['scale', 'restart', 'undo', o.spec?.paused ? 'resume' : 'pause', 'delete']
    case 'statefulSet': return ['scale', 'restart', 'undo', 'delete']
    case 'daemonSet': return ['restart', 'undo', 'delete']
    case 'replicaSet': return [...(owned ? [] : (['scale', hasTraffic ? 'disable' : 'enable'] as const)), 'delete']
    default: return ['delete']
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
  delete: 'deleteManifest',
}

/** The task that does something with an object, as Deck asks for it. */
export function jobFor(action: Action, p: Place, more: Record<string, unknown>): { type: string } & Record<string, unknown> {
  return { type: stages[action], cloudProvider: 'kubernetes', account: p.account, location: p.location, manifestName: p.name, mode: 'static', app: p.app, ...more }
}

/** Where an object's manifest is edited. */
export function editPath(p: Place): string {
  return `/applications/${encodeURIComponent(p.app)}/infrastructure/edit?${new URLSearchParams({ in: p.account, at: p.location, show: p.name }).toString()}`
}
