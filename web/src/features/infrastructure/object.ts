import type { Schemas } from '@/api/client'

/** An object of a cluster, as links name it. */
export type Place = { app: string; account: string; location: string; name: string }

type Spec = {
  replicas?: number
  containers?: Container[]
  template?: { spec?: { containers?: Container[]; initContainers?: Container[] } }
  initContainers?: Container[]
  paused?: boolean
}
export type Container = { name: string; image?: string }
export type KubernetesObject = {
  apiVersion?: string
  kind?: string
  metadata?: {
    creationTimestamp?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    ownerReferences?: { kind?: string; name?: string; controller?: boolean }[]
    uid?: string
  }
  spec?: Spec
  status?: {
    conditions?: {
      type?: string
      status?: string
      reason?: string
      message?: string
      lastTransitionTime?: string
    }[]
    podIP?: string
    phase?: string
    readyReplicas?: number
    replicas?: number
    containerStatuses?: ContainerStatus[]
    initContainerStatuses?: ContainerStatus[]
  }
}
type ContainerStatus = {
  name?: string
  state?: { waiting?: object; running?: object; terminated?: object }
  lastState?: { terminated?: object }
}

export function objectOf(m: Schemas['Manifest']): KubernetesObject {
  return m.manifest as KubernetesObject
}

/** The containers of a pod, or of the pods that an object makes. */
export function containersOf(o: KubernetesObject): Container[] {
  const spec = o.spec?.template?.spec ?? o.spec
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
}

/** Whether a container of a pod has a log: it runs, or has run. */
export function hasLog(pod: KubernetesObject, container: string): boolean {
  const { phase, containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  const status = [...containerStatuses, ...initContainerStatuses].find((s) => s.name === container)
  if (status) return !status.state?.waiting || status.lastState?.terminated !== undefined
  return phase !== undefined && phase !== 'Pending'
}

/** Where an object's manifest is edited. */
export function editPath(p: Place): string {
  return `/applications/${encodeURIComponent(p.app)}/infrastructure/edit?${new URLSearchParams({ in: p.account, at: p.location, show: p.name }).toString()}`
}
