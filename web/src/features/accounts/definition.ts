import type { Schemas } from '@/api/client'

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
  environment: string
  namespaces: string[]
  omitKinds: string[]
  read: string[]
  write: string[]
}

export const emptyValues: Values = {
  name: '', method: 'kubeconfig', kubeconfig: '', context: '', server: '', token: '', authority: '',
  environment: '', namespaces: [], omitKinds: [], read: [], write: [],
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const list = (value: unknown) => (Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : [])
const rights = (value: unknown) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {})

/** A stored account as the form shows it; secrets are left empty, which keeps them. */
export function valuesOf(d: Definition): Values {
  const method: Method = d['agent'] === true ? 'agent' : text(d['server']) ? 'token' : 'kubeconfig'
  const secret = (key: string) => (d[key] === hidden ? '' : text(d[key]))
  const permissions = rights(d['permissions'])
  return {
    name: d.name, method,
    kubeconfig: secret('kubeconfigContents'),
    context: text(d['context']),
    server: text(d['server']),
    token: secret('token'),
    authority: text(d['certificateAuthorityData']),
    environment: text(d['environment']),
    namespaces: list(d['namespaces']),
    omitKinds: list(d['omitKinds']),
    read: list(permissions['READ']),
    write: list(permissions['WRITE']),
  }
}

const credentials = ['agent', 'kubeconfigContents', 'kubeconfigFile', 'context', 'server', 'token', 'tokenFile', 'certificateAuthorityData']

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
  }
  set('environment', v.environment.trim())
  set('namespaces', v.namespaces)
  set('omitKinds', v.omitKinds)
  const permissions = { ...rights(out['permissions']) }
  for (const [right, roles] of [['READ', v.read], ['WRITE', v.write]] as const) {
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
