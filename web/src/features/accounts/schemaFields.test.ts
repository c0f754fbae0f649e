import { describe, expect, test } from 'vitest'
import { hidden } from './definition'
import { chosen, isIdle, listed } from './listing'
import { descriptorOf, typeOfArtifacts } from './registry'
import {
  complaintsOf,
  definitionFrom,
  draftOf,
  fieldsOf,
  labelOf,
  problemsOf,
  type Entry,
} from './schemaFields'

const text = { type: 'string' }

// As the API describes a type: fields by name, in no order that means anything.
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['address'],
  properties: {
    name: { ...text, description: 'The name.' },
    address: { ...text, description: 'Where it is.' },
    token: { ...text, writeOnly: true },
    headers: { type: 'object', additionalProperties: text, writeOnly: true },
    labels: { type: 'object', additionalProperties: text },
    hosts: { type: 'array', items: text },
    insecure: { type: 'boolean' },
    retries: { type: 'integer' },
    ratio: { type: 'number' },
    signer: { ...text, enum: ['A', 'B'] },
    rules: { type: 'object', properties: { allow: text, deny: text } },
    rows: { type: 'array', items: { type: 'object' } },
  },
}
const fields = fieldsOf(schema)
const field = (name: string) => fields.find((f) => f.name === name)

describe('fields', () => {
  test('are what the schema says of them', () => {
    expect(Object.fromEntries(fields.map((f) => [f.name, f.kind]))).toEqual({
      address: 'text',
      token: 'secret',
      headers: 'map',
      labels: 'map',
      hosts: 'list',
      insecure: 'boolean',
      retries: 'number',
      ratio: 'number',
      signer: 'choice',
      rules: 'json',
      rows: 'json',
    })
    expect(field('address')).toMatchObject({ label: 'Address', help: 'Where it is.', required: true })
    expect(field('headers')?.secret).toBe(true)
    expect(field('labels')?.secret).toBe(false)
    expect(field('retries')?.whole).toBe(true)
    expect(field('ratio')?.whole).toBe(false)
    expect(field('signer')?.choices).toEqual(['A', 'B'])
    expect(field('rules')?.inner).toEqual(['allow', 'deny'])
  })

  test('need no arrangement: what is required comes first', () => {
    expect(fields.map((f) => f.name)).toEqual([
      'address',
      'headers',
      'hosts',
      'insecure',
      'labels',
      'ratio',
      'retries',
      'rows',
      'rules',
      'signer',
      'token',
    ])
  })

  test('come as they are arranged, and what few need is last', () => {
    const arranged = fieldsOf(schema, { order: ['token', 'hosts', 'gone'], advanced: ['headers', 'address'] })
    expect(arranged.map((f) => f.name)).toEqual([
      'token',
      'hosts',
      'address',
      'insecure',
      'labels',
      'ratio',
      'retries',
      'rows',
      'rules',
      'signer',
      'headers',
    ])
    expect(arranged.filter((f) => f.advanced).map((f) => f.name)).toEqual(['headers'])
  })

  test('of a schema that says nothing are none, and of a strange one JSON', () => {
    expect(fieldsOf({})).toEqual([])
    expect(fieldsOf({ properties: { odd: true } }).map((f) => f.kind)).toEqual(['json'])
  })

  test.each([
    ['usernamePasswordFile', 'Username password file'],
    ['repositoryUrl', 'Repository URL'],
    ['awsAccessKeyId', 'AWS access key ID'],
    ['githubAPIVersion', 'GitHub API version'],
    ['sshPrivateKeyFilePath', 'SSH private key file path'],
    ['urlRestrictions', 'URL restrictions'],
    ['insecure_skip-verify', 'Insecure skip verify'],
    ['', ''],
  ])('are called by their names: %s', (name, label) => {
    expect(labelOf(name)).toBe(label)
  })
})

describe('a definition', () => {
  const before = {
    type: 'x',
    name: 'n',
    address: 'https://h',
    token: hidden,
    headers: { Accept: hidden, Plain: 'seen' },
    labels: { a: ' b ' },
    hosts: ['h'],
    insecure: false,
    retries: 0,
    ratio: 0.5,
    signer: 'A',
    rules: { allow: 'x' },
    unknown: [1],
  }

  test('that nobody touches stays as it is, with its secrets and what the form does not have', () => {
    expect(definitionFrom('x', 'n', fields, draftOf(fields, before), before)).toEqual(before)
  })

  test('has no secrets in its form', () => {
    expect(JSON.stringify(draftOf(fields, before))).not.toContain(hidden)
    expect(draftOf(fields, before)).toMatchObject({
      token: { stored: true, text: '' },
      headers: [
        { key: 'Accept', stored: true, text: '' },
        { key: 'Plain', stored: false, text: 'seen' },
      ],
    })
  })

  test('leaves out what is empty', () => {
    expect(definitionFrom('x', ' n ', fields, draftOf(fields))).toEqual({ type: 'x', name: 'n' })
    const empty = draftOf(fields)
    expect(
      definitionFrom(
        'x',
        'n',
        fields,
        { ...empty, labels: [{ id: 0, key: '', stored: false, text: '' }] },
        before,
      ),
    ).toEqual({ type: 'x', name: 'n', insecure: false, unknown: [1] })
  })

  test('takes a secret in the place of the one that is kept, and none where it is removed', () => {
    const draft = draftOf(fields, before)
    const rows = draft['headers'] as Entry[]
    const replaced = definitionFrom(
      'x',
      'n',
      fields,
      {
        ...draft,
        token: { stored: true, text: ' new ' },
        headers: rows.map((r) => (r.key === 'Accept' ? { ...r, text: 'fresh' } : r)),
      },
      before,
    )
    expect(replaced).toMatchObject({ token: 'new', headers: { Accept: 'fresh', Plain: 'seen' } })
    const removed = definitionFrom(
      'x',
      'n',
      fields,
      { ...draft, token: { stored: false, text: '' }, headers: rows.slice(1) },
      before,
    )
    expect(removed['token']).toBeUndefined()
    expect(removed['headers']).toEqual({ Plain: 'seen' })
  })

  test('has values of the right types', () => {
    const draft = {
      ...draftOf(fields),
      insecure: true,
      retries: '3',
      ratio: 1.5,
      hosts: ['a', 'b'],
      rules: '{"allow": "x"}',
      signer: 'B',
    }
    expect(definitionFrom('x', 'n', fields, draft)).toEqual({
      type: 'x',
      name: 'n',
      insecure: true,
      retries: 3,
      ratio: 1.5,
      hosts: ['a', 'b'],
      rules: { allow: 'x' },
      signer: 'B',
    })
  })

  test('is looked at before it is sent', () => {
    const row = (key: string, value = 'v', id = 0) => ({ id, key, stored: false, text: value })
    const of = (change: object) => complaintsOf(fields, { ...draftOf(fields), address: 'a', ...change })
    expect(of({})).toEqual({})
    expect(of({ address: ' ' })).toEqual({ address: 'missing' })
    expect(of({ rules: '{' })).toEqual({ rules: 'notJson' })
    expect(of({ headers: [row('a'), row(' a ', 'w', 1)] })).toEqual({ headers: 'twice' })
    expect(of({ headers: [row('', 'w')] })).toEqual({ headers: 'nameless' })
    expect(of({ headers: [row('', '')] })).toEqual({})
  })
})

describe('what the server refuses', () => {
  const refused = (...problems: string[]) =>
    Object.assign(new Error('refused'), { name: 'ApiError', status: 400, problems })

  test('is shown at its field, and the rest apart', () => {
    expect(
      problemsOf(
        refused(
          'token: is missing',
          'headers.X-Key: is empty',
          'headers: has too many',
          'BasicAuth.address: is a number',
          'account "x": no',
          'other: y',
        ),
        ['token', 'headers', 'address'],
      ),
    ).toEqual({
      fields: { token: 'is missing', headers: 'X-Key: is empty\nhas too many', address: 'is a number' },
      rest: ['account "x": no', 'other: y'],
    })
  })

  test('is nothing where the server was not reached', () => {
    expect(problemsOf(new Error('token: gone'), ['token'])).toEqual({ fields: {}, rest: [] })
  })
})

describe('the list', () => {
  const types = [
    { type: 'kubernetes', title: 'Kubernetes account', section: '', schema: {} },
    { type: 'artifacts.http', title: 'HTTP account', section: '', schema: {} },
    { type: 'mail', title: 'Mail server', section: '', schema: {} },
  ]

  test('has accounts of all kinds, each once', () => {
    const all = listed({
      types,
      states: [],
      cloud: [
        { name: 'prod', type: 'kubernetes' },
        { name: 'edge', type: 'kubernetes' },
      ],
      artifacts: [
        { name: 'files', types: ['http/file'] },
        { name: 'prod', types: ['strange/thing'] },
        { name: 'embedded-artifact', types: ['embedded/base64', 'remote/base64'] },
        { name: 'docker-registry', types: ['docker/image'] },
      ],
      stored: [
        { name: 'edge', type: 'kubernetes' },
        { name: 'files', type: 'artifacts.http' },
        { name: 'late', type: 'artifacts.http' },
        { name: 'post', type: 'mail' },
      ],
    })
    expect(all.map((a) => [a.name, a.type, a.title, a.definition !== undefined, isIdle(a)])).toEqual([
      ['late', 'artifacts.http', 'HTTP account', true, true],
      ['edge', 'kubernetes', 'Kubernetes account', true, false],
      ['prod', 'kubernetes', 'Kubernetes account', false, false],
      ['files', 'artifacts.http', 'HTTP account', true, false],
      ['post', 'mail', 'Mail server', true, false],
      ['prod', 'strange/thing', 'strange/thing', false, false],
    ])
    expect(chosen(all, 'prod')?.type).toBe('kubernetes')
    expect(chosen(all, 'prod', 'strange/thing')?.artifacts).toEqual(['strange/thing'])
    expect(chosen(all, 'none')).toBeUndefined()
  })

  test('knows the type of accounts by what they fetch', () => {
    expect(typeOfArtifacts(['helm/chart', 'helm/index'])).toBe('artifacts.helm')
    expect(typeOfArtifacts(['git/repo'])).toBe('artifacts.gitrepo')
    expect(typeOfArtifacts(['new/thing'])).toBeUndefined()
    expect(descriptorOf('new')).toEqual({ icon: descriptorOf('mail').icon })
  })
})
