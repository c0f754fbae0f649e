import { expect, test } from 'vitest'
import {
  deployable,
  deployFields,
  editable,
  identityOf,
  lacksContent,
  readObjects,
  restarts,
  textOfObject,
} from './edit'
import { refusalOf } from './refusal'
import { templateNames, templateOf } from './templates'

const live = {
  status: { replicas: 1 },
  spec: { replicas: 1 },
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  metadata: {
    name: 'web',
    namespace: 'n',
    uid: 'u',
    resourceVersion: '7',
    generation: 3,
    creationTimestamp: 't',
    managedFields: [],
    annotations: { 'deployment.kubernetes.io/revision': '2', 'gennaker.io/inventory': 'i', mine: 'x' },
  },
}

test('what is written to an object by itself is not edited, and comes back where it is needed', () => {
  const text = editable(live)
  expect(text).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'n', annotations: { mine: 'x' } },
    spec: { replicas: 1 },
  })
  expect(textOfObject(text).startsWith('apiVersion: apps/v1\nkind: Deployment\nmetadata:\n')).toBe(true)
  expect(deployable(text, live)['metadata']).toEqual({
    name: 'web',
    namespace: 'n',
    annotations: { mine: 'x', 'gennaker.io/inventory': 'i' },
  })
  expect(editable({ kind: 'X', metadata: { annotations: { 'gennaker.io/content': 'c' } } })).toEqual({
    kind: 'X',
    metadata: {},
  })
})

test('objects are read, or it is said what is wrong and where', () => {
  expect(readObjects('')).toEqual({ objects: [] })
  expect(
    readObjects('apiVersion: v1\nkind: A\n---\n# nothing\n---\napiVersion: v1\nkind: B\n'),
  ).toMatchObject({ objects: [{ kind: 'A' }, { kind: 'B' }] })
  expect(readObjects('a: b: c')).toMatchObject({ at: expect.any(Number) as number })
  expect(readObjects('apiVersion: v1\nkind: A\n---\n- 3')).toMatchObject({ problem: 'notObject' })
  expect(readObjects('kind: A')).toMatchObject({ problem: 'noKind' })
  expect(readObjects('{"apiVersion": "v1", "kind": "A"}')).toMatchObject({ objects: [{ kind: 'A' }] })
})

test('another version of the API is the same object, another name is not', () => {
  expect(identityOf({ ...live, apiVersion: 'apps/v1beta1' })).toBe(identityOf(live))
  expect(identityOf({ ...live, metadata: { ...live.metadata, name: 'other' } })).not.toBe(identityOf(live))
})

test('another pod template makes the pods anew, in whatever order it is written', () => {
  const object = (template: unknown, replicas: number) => ({
    kind: 'Deployment',
    spec: { replicas, template },
  })
  expect(restarts(object({ a: 1, b: [{ c: 1, d: 2 }] }, 1), object({ b: [{ d: 2, c: 1 }], a: 1 }, 2))).toBe(
    false,
  )
  expect(restarts(object({ a: 1 }, 1), object({ a: 2 }, 1))).toBe(true)
  expect(restarts({ kind: 'Service' }, {})).toBe(false)
})

test('an edit is deployed as it is written', () => {
  expect(deployFields({ app: 'shop', account: 'a', objects: [], edit: true })).toMatchObject({
    versioned: false,
    skipExpressionEvaluation: true,
    moniker: { app: 'shop' },
  })
  expect(deployFields({ app: 'shop', account: 'a', objects: [], edit: false })).not.toHaveProperty(
    'versioned',
  )
  expect(lacksContent({ apiVersion: 'v1', kind: 'Secret', metadata: {} })).toBe(true)
  expect(lacksContent({ apiVersion: 'v1', kind: 'Secret', stringData: { a: 'b' } })).toBe(false)
})

test.each([
  [
    'Deployment.apps "web" is invalid: spec.selector: Invalid value: {}: field is immutable',
    { key: 'immutable', field: 'spec.selector' },
  ],
  [
    'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: []string{"x"}: may not change once set',
    { key: 'immutable', field: 'spec.clusterIPs[0]' },
  ],
  [
    'StatefulSet.apps "x" is invalid: spec: Forbidden: updates to statefulset spec for fields other than replicas are forbidden',
    { key: 'immutable' },
  ],
  ['unknown field "spec.replica"', { key: 'unknownField', field: 'spec.replica' }],
  [
    'failed to create typed patch object: .spec.replica: field not declared in schema',
    { key: 'unknownField', field: 'spec.replica' },
  ],
  ['namespaces "nowhere" not found', { key: 'namespace' }],
  ['pods "a" is forbidden: exceeded quota: small', { key: 'quota' }],
  ['services is forbidden: User "x" cannot create resource "services"', { key: 'permission' }],
  ['admission webhook "policy.example.com" denied the request: no', { key: 'webhook' }],
  [
    'Deployment.apps "web" is invalid: spec.template.spec.containers[0].image: Required value',
    { key: 'required', field: 'spec.template.spec.containers[0].image' },
  ],
  ['something else', { key: 'other' }],
])('%s', (message, refusal) => {
  expect(refusalOf(message)).toEqual(refusal)
})

test('every template is an object of the application', () => {
  for (const name of templateNames) {
    const read = readObjects(templateOf(name, 'My_Shop.2', 'prod'))
    expect(read, name).toMatchObject({ objects: [{ metadata: { name: 'my-shop-2', namespace: 'prod' } }] })
  }
})
