import { factsOf, troubleOf } from './kubeconfig'
import { expect, test } from 'vitest'
import { installCommand, manifestCommand } from './agent'
import { changesBetween, definitionOf, emptyValues, hidden, valuesOf } from './definition'
import { listed } from './listing'
import { kindsByNeed, namespacesOf, watchOf, type Account } from './watch'

const account = (name: string, state?: string): Account => ({
  name,
  type: 'kubernetes',
  ...(state ? { watch: { state } } : {}),
})

test('a watch is read with care', () => {
  expect(watchOf(account('a'))).toEqual({ state: 'unknown', objects: 0, kinds: [] })
  expect(watchOf({ ...account('a'), watch: 'live' }).state).toBe('unknown')
  expect(watchOf(account('a', 'on holiday')).state).toBe('unknown')
  const w = watchOf({
    ...account('a'),
    watch: {
      state: 'down',
      error: 'no route',
      since: '2026-01-02T03:04:05Z',
      heard: '0001-01-01T00:00:00Z',
      objects: 7,
    },
  })
  expect(w).toEqual({
    state: 'down',
    error: 'no route',
    since: Date.UTC(2026, 0, 2, 3, 4, 5),
    heard: undefined,
    objects: 7,
    kinds: [],
  })
})

test('what needs somebody to look comes first', () => {
  const names = listed({
    cloud: [account('b', 'live'), account('a', 'live'), account('d', 'down'), account('c', 'degraded')],
    artifacts: [],
    stored: [],
    types: [],
    states: [],
  }).map((a) => a.name)
  expect(names).toEqual(['d', 'c', 'a', 'b'])
  const kinds = kindsByNeed([
    { kind: 'pod', synced: true },
    { kind: 'job', synced: false },
    { kind: 'secret', synced: true, error: 'forbidden' },
  ])
  expect(kinds.map((k) => k.kind)).toEqual(['secret', 'job', 'pod'])
})

test('namespaces are those that are names', () => {
  expect(namespacesOf({ ...account('a'), namespaces: ['x', 1, 'y'] })).toEqual(['x', 'y'])
  expect(namespacesOf(account('a'))).toEqual([])
})

test('an account is sent with the fields of its way to connect alone', () => {
  const filled = {
    ...emptyValues,
    name: ' prod ',
    kubeconfig: 'k',
    context: 'c',
    server: 'https://h',
    token: 't',
    authority: 'ca',
  }
  expect(definitionOf(filled)).toEqual({
    type: 'kubernetes',
    name: 'prod',
    kubeconfigContents: 'k',
    context: 'c',
  })
  expect(definitionOf({ ...filled, method: 'token', namespaces: ['shop'], write: ['dev'] })).toEqual({
    type: 'kubernetes',
    name: 'prod',
    server: 'https://h',
    token: 't',
    certificateAuthorityData: 'ca',
    namespaces: ['shop'],
    permissions: { WRITE: ['dev'] },
  })
  expect(definitionOf({ ...filled, method: 'agent' })).toEqual({
    type: 'kubernetes',
    name: 'prod',
    agent: true,
  })
})

test('what the form does not have stays, and so do secrets that are not given anew', () => {
  const before = {
    type: 'kubernetes',
    name: 'prod',
    server: 'https://h',
    token: hidden,
    qps: 50,
    namespaces: ['a'],
    permissions: { READ: ['r'], EXECUTE: ['e'] },
  }
  const values = valuesOf(before)
  expect(values).toMatchObject({ method: 'token', server: 'https://h', token: '', read: ['r'] })
  expect(definitionOf(values, before)).toEqual(before)
  expect(definitionOf({ ...values, token: 'new', namespaces: [], read: [] }, before)).toEqual({
    type: 'kubernetes',
    name: 'prod',
    server: 'https://h',
    token: 'new',
    qps: 50,
    permissions: { EXECUTE: ['e'] },
  })
})

test('another way to connect leaves nothing of the old one', () => {
  const before = {
    type: 'kubernetes',
    name: 'prod',
    server: 'https://h',
    token: hidden,
    certificateAuthorityData: 'ca',
    qps: 50,
  }
  expect(definitionOf({ ...valuesOf(before), method: 'agent' }, before)).toEqual({
    type: 'kubernetes',
    name: 'prod',
    agent: true,
    qps: 50,
  })
})

test('changes are told by field', () => {
  expect(changesBetween({ a: 1, b: [1], c: 'x' }, { a: 1, b: [2], d: true })).toEqual([
    { field: 'b', before: [1], after: [2] },
    { field: 'c', before: 'x', after: undefined },
    { field: 'd', before: undefined, after: true },
  ])
  expect(changesBetween(null, { a: 1 })).toEqual([{ field: 'a', before: undefined, after: 1 }])
})

test('the commands for an agent are fit for a shell', () => {
  expect(installCommand('edge', 'https://gennaker.example.com')).toBe(
    'gennaker agent token edge | gennaker agent manifest edge --token-file - \\\n    --server https://gennaker.example.com --image IMAGE | kubectl apply -f -',
  )
  expect(manifestCommand("it's $(x)", 'http://127.0.0.1:8084')).toBe(
    "gennaker agent manifest 'it'\\''s $(x)' --token-file 'it'\\''s $(x)-token' \\\n    --server http://127.0.0.1:8084 --plaintext --image IMAGE | kubectl apply -f -",
  )
})

test('what a kubeconfig would have the server do is seen before it is sent', () => {
  const config = (user: string) =>
    `contexts: [{name: a, context: {}}, {name: b}]\ncurrent-context: b\nusers: [{name: me, user: ${user}}]`
  expect(factsOf(config('{token: x}'))).toEqual({ contexts: ['a', 'b'], current: 'b' })
  expect(troubleOf(factsOf(config('{exec: {command: aws}}')))).toEqual({ key: 'runs', user: 'me' })
  expect(troubleOf(factsOf(config('{client-key: /etc/key}')))).toEqual({ key: 'files', user: 'me' })
  expect(troubleOf(factsOf('clusters: [{name: c, cluster: {certificate-authority: /ca}}]'))).toEqual({
    key: 'files',
    user: 'c',
  })
  expect(factsOf('a: b: c')).toEqual({ contexts: [], current: '' })
})

test('limits are kept, and what is empty is the server\u2019s own', () => {
  const before = {
    name: 'a',
    type: 'kubernetes',
    agent: true,
    qps: 5,
    omitNamespaces: ['x'],
    customResources: [{ kubernetesKind: 'A.b', strange: 1 }],
    permissions: { EXECUTE: ['dev'] },
  }
  expect(definitionOf(valuesOf(before), before)).toEqual(before)
  expect(
    definitionOf(
      { ...valuesOf(before), qps: '', omitNamespaces: [], customResources: [], execute: [] },
      before,
    ),
  ).toEqual({ name: 'a', type: 'kubernetes', agent: true })
})
