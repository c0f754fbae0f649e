import type { Json } from '@/lib/json'
import type { Draft } from './draft'
import { asked, parseImage, shortName } from './image'
import { applicationName, objectName } from './names'

// The Kubernetes objects that run an image.

/** The name of everything that an application made here has in a cluster. */
export const nameOf = (d: Draft) => objectName(applicationName(d.name))

/** The label that a service finds pods by; with traffic that is switched, the stage puts it on the pods. */
const selector = (d: Draft): Record<string, string> =>
  d.strategy === 'bluegreen' ? { traffic: nameOf(d) } : { app: nameOf(d) }

/** The image as the pipeline has it: with its tag or digest asked for, or as it was written. */
export function imageOf(d: Draft, literal = false): string {
  const image = parseImage(d.image.image)
  if (!image || literal || !d.parameter) return d.image.image.trim()
  return asked(image).image
}

/** What is deployed, in the order in which it is needed: what leads to the pods, then the pods. */
export function manifestsOf(d: Draft, literal = false): { network: Json[]; workload: Json } {
  return { network: [...service(d), ...ingress(d)], workload: workload(d, literal) }
}

function workload(d: Draft, literal: boolean): Json {
  const name = nameOf(d)
  const { image: i } = d
  const parsed = parseImage(i.image)
  const port = i.port.trim() === '' ? undefined : Number(i.port)
  const container: Json = {
    name: parsed ? objectName(shortName(parsed)) : name,
    image: imageOf(d, literal),
    ...(port === undefined ? {} : { ports: [{ name: 'http', containerPort: port }] }),
    ...env(d),
    ...resources(d),
    ...(i.check.trim() === '' || port === undefined
      ? {}
      : { readinessProbe: { httpGet: { path: i.check.trim(), port }, periodSeconds: 5 } }),
  }
  const template = {
    metadata: { labels: { app: name } },
    spec: {
      ...(i.pullSecret.trim() === '' ? {} : { imagePullSecrets: [{ name: i.pullSecret.trim() }] }),
      containers: [container],
    },
  }
  const common = { metadata: { name, labels: { app: name } } }
  const spec = { replicas: Number(i.replicas), selector: { matchLabels: { app: name } } }
  if (d.strategy === 'bluegreen')
    return { apiVersion: 'apps/v1', kind: 'ReplicaSet', ...common, spec: { ...spec, template } }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    ...common,
    spec: { ...spec, ...(d.strategy === 'recreate' ? { strategy: { type: 'Recreate' } } : {}), template },
  }
}

function env(d: Draft): Json {
  const named = d.image.env.filter((e) => e.name !== '')
  return named.length === 0 ? {} : { env: named.map(({ name, value }) => ({ name, value })) }
}

function resources({ image: i }: Draft): Json {
  const of = (cpu: string, memory: string): Json => ({
    ...(cpu.trim() === '' ? {} : { cpu: cpu.trim() }),
    ...(memory.trim() === '' ? {} : { memory: memory.trim() }),
  })
  const [requests, limits] = [of(i.cpu, i.memory), of(i.cpuLimit, i.memoryLimit)]
  const out = {
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
  }
  return Object.keys(out).length > 0 ? { resources: out } : {}
}

function service(d: Draft): Json[] {
  if (d.image.expose === 'none') return []
  const name = nameOf(d)
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels: { app: name } },
      spec: { selector: selector(d), ports: [{ name: 'http', port: 80, targetPort: Number(d.image.port) }] },
    },
  ]
}

function ingress(d: Draft): Json[] {
  if (d.image.expose !== 'outside') return []
  const name = nameOf(d)
  const backend = { service: { name, port: { name: 'http' } } }
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, labels: { app: name } },
      spec: {
        rules: [{ host: d.image.host.trim(), http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
      },
    },
  ]
}

/** The same objects for another place: a host is for one alone. */
export function forFirst(manifests: readonly Json[], namespace: string): Json[] {
  return manifests.map((m) => {
    if (m['kind'] !== 'Ingress') return m
    const { rules } = m['spec'] as { rules: { host: string }[] }
    return { ...m, spec: { rules: rules.map((r) => ({ ...r, host: `${namespace}.${r.host}` })) } }
  })
}

export const namespaceManifest = (name: string): Json => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
})
