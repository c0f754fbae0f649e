import type { Schemas } from '@/api/client'
import { objectsOf } from '@/lib/json'

// An account as its form has it, and as the API takes it.

export type Definition = Schemas['AccountDefinition']

/** What a stored secret is answered as; sent back like that it stays as it is. */
export const hidden = '[hidden]'

export const methods = ['kubeconfig', 'token', 'agent'] as const
export type Method = (typeof methods)[number]

export type Values = {
  name: string
  method: Method
  kubeconfig: string
  context: string
  server: string
  token: string
  authority: string
  tlsServerName: string
  insecure: boolean
  environment: string
  accountType: string
  namespaces: string[]
  omitNamespaces: string[]
  kinds: string[]
  omitKinds: string[]
  onlyManaged: boolean
  read: string[]
  execute: string[]
  write: string[]
  /** Requests to the cluster: a second, at once, and how many seconds each may take; the server's own where empty. */
  qps: number | string
  burst: number | string
  timeout: number | string
  customResources: CustomResource[]
}

/** How a kind is treated that has no rules of its own. */
export type CustomResource = {
  kubernetesKind: string
  spinnakerKind?: string
  deployPriority?: string
  versioned?: boolean
  namespaced?: boolean
}

export const spinnakerKinds = [
  'unclassified',
  'serverGroups',
  'serverGroupManagers',
  'loadBalancers',
  'securityGroups',
  'instances',
  'configs',
] as const

export const emptyValues: Values = {
  name: '',
  method: 'kubeconfig',
  kubeconfig: '',
  context: '',
  server: '',
  token: '',
  authority: '',
  tlsServerName: '',
  insecure: false,
  environment: '',
  accountType: '',
  namespaces: [],
  omitNamespaces: [],
  kinds: [],
  omitKinds: [],
  onlyManaged: false,
  read: [],
  execute: [],
  write: [],
  qps: '',
  burst: '',
  timeout: '',
  customResources: [],
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const list = (value: unknown) =>
  Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []
const count = (value: unknown) => (typeof value === 'number' && value > 0 ? value : '')
const rights = (value: unknown) =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** A stored account as the form shows it; secrets are left empty, which keeps them. */
export function valuesOf(d: Definition): Values {
  const method: Method = d['agent'] === true ? 'agent' : text(d['server']) ? 'token' : 'kubeconfig'
  const secret = (key: string) => (d[key] === hidden ? '' : text(d[key]))
  const permissions = rights(d['permissions'])
  return {
    name: d.name,
    method,
    kubeconfig: secret('kubeconfigContents'),
    context: text(d['context']),
    server: text(d['server']),
    token: secret('token'),
    authority: text(d['certificateAuthorityData']),
    tlsServerName: text(d['tlsServerName']),
    insecure: d['insecureSkipTLSVerify'] === true,
    environment: text(d['environment']),
    accountType: text(d['accountType']),
    namespaces: list(d['namespaces']),
    omitNamespaces: list(d['omitNamespaces']),
    kinds: list(d['kinds']),
    omitKinds: list(d['omitKinds']),
    onlyManaged: d['onlySpinnakerManaged'] === true,
    qps: count(d['qps']),
    burst: count(d['burst']),
    timeout: count(d['kubectlRequestTimeoutSeconds']),
    customResources: objectsOf(d['customResources']).map((r) => ({
      ...r,
      kubernetesKind: text(r['kubernetesKind']),
    })),
    read: list(permissions['READ']),
    execute: list(permissions['EXECUTE']),
    write: list(permissions['WRITE']),
  }
}

const credentials = [
  'agent',
  'kubeconfigContents',
  'kubeconfigFile',
  'context',
  'server',
  'token',
  'tokenFile',
  'certificateAuthorityData',
  'tlsServerName',
  'insecureSkipTLSVerify',
]

/**
 * What the API is sent. Of the account as it was, before, all stays that the form
 * doesn't have; its credentials stay where the way to connect is the same and
 * nothing new was given.
 */
export function definitionOf(v: Values, before?: Definition): Definition {
  const out: Record<string, unknown> = { ...before }
  const was = before && valuesOf(before).method
  if (was !== v.method) for (const key of credentials) Reflect.deleteProperty(out, key)
  const set = (key: string, value: string | string[]) => {
    if (value.length > 0) out[key] = value
    else Reflect.deleteProperty(out, key)
  }
  const flag = (key: string, on: boolean) => {
    if (on) out[key] = true
    else Reflect.deleteProperty(out, key)
  }
  const secret = (key: string, value: string) => {
    if (value.trim() !== '') out[key] = value.trim()
  }
  if (v.method === 'agent') out['agent'] = true
  if (v.method === 'kubeconfig') {
    if (v.kubeconfig.trim() !== '') Reflect.deleteProperty(out, 'kubeconfigFile')
    secret('kubeconfigContents', v.kubeconfig)
    set('context', v.context.trim())
  }
  if (v.method === 'token') {
    if (v.token.trim() !== '') Reflect.deleteProperty(out, 'tokenFile')
    set('server', v.server.trim())
    secret('token', v.token)
    set('certificateAuthorityData', v.authority.trim())
    set('tlsServerName', v.tlsServerName.trim())
    flag('insecureSkipTLSVerify', v.insecure)
  }
  set('environment', v.environment.trim())
  set('accountType', v.accountType.trim())
  set('namespaces', v.namespaces)
  set('omitNamespaces', v.omitNamespaces)
  set('kinds', v.kinds)
  set('omitKinds', v.omitKinds)
  flag('onlySpinnakerManaged', v.onlyManaged)
  for (const [key, value] of [
    ['qps', v.qps],
    ['burst', v.burst],
    ['kubectlRequestTimeoutSeconds', v.timeout],
  ] as const) {
    if (value === '' || Number(value) === 0) Reflect.deleteProperty(out, key)
    else out[key] = Number(value)
  }
  const own = v.customResources.filter((r) => r.kubernetesKind.trim() !== '')
  if (own.length > 0) out['customResources'] = own
  else Reflect.deleteProperty(out, 'customResources')
  const permissions = { ...rights(out['permissions']) }
  for (const [right, roles] of [
    ['READ', v.read],
    ['EXECUTE', v.execute],
    ['WRITE', v.write],
  ] as const) {
    if (roles.length > 0) permissions[right] = roles
    else Reflect.deleteProperty(permissions, right)
  }
  if (Object.keys(permissions).length > 0) out['permissions'] = permissions
  else Reflect.deleteProperty(out, 'permissions')
  return { ...out, type: 'kubernetes', name: v.name.trim() }
}

export type Change = { field: string; before?: unknown; after?: unknown }

/** What differs between two states of an account, by field. */
export function changesBetween(before: unknown, after: unknown): Change[] {
  const a = rights(before)
  const b = rights(after)
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .sort()
    .filter((field) => JSON.stringify(a[field]) !== JSON.stringify(b[field]))
    .map((field) => ({ field, before: a[field], after: b[field] }))
}
