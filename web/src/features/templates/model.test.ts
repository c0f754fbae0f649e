import { expect, test } from 'vitest'
import {
  contentOf,
  detached,
  idFor,
  partsOf,
  pipelineFrom,
  referenceTo,
  templateFrom,
  templatesOf,
  variablesOf,
} from './model'

const version = (more: object) => ({
  id: 'rollout',
  schema: 'v2',
  metadata: { name: 'Roll out', scopes: ['global'] },
  updateTs: '5',
  ...more,
})

test('versions of one template are one, the latest first', () => {
  const found = templatesOf([
    version({ digest: 'abc', tag: 'latest' }),
    version({ tag: 'stable' }),
    version({ tag: 'latest', updateTs: '9' }),
    { id: 'old', schema: '1' },
  ])
  expect(found.map((t) => t.name)).toEqual(['old', 'Roll out'])
  expect(found[1]?.versions.map((v) => v.tag || v.digest)).toEqual(['latest', 'stable', 'abc'])
  expect(found[1]?.versions[0]?.at).toBe(9)
  expect(templatesOf([{ id: 7, metadata: [], updateTs: 'x' }])[0]).toMatchObject({
    id: '7',
    name: '7',
    scopes: [],
  })
})

test('variables say what is needed', () => {
  expect(
    variablesOf({
      variables: [
        { name: 'a', type: 'INT' },
        { name: 'b', defaultValue: false },
        { name: 'c', nullable: true },
        {},
        'x',
      ],
    }),
  ).toMatchObject([
    { name: 'a', type: 'int', required: true },
    { name: 'b', type: 'object', default: false, required: false },
    { name: 'c', required: false },
  ])
  expect(variablesOf({ variables: null })).toEqual([])
})

test('references name a version, or the latest', () => {
  expect(referenceTo('a')).toBe('spinnaker://a')
  expect(referenceTo('a', { tag: 'stable', digest: '' })).toBe('spinnaker://a:stable')
  expect(partsOf('spinnaker://a:stable')).toEqual({ id: 'a', tag: 'stable', digest: '' })
  expect(partsOf(referenceTo('a', { tag: '', digest: 'f00' }))).toEqual({ id: 'a', tag: '', digest: 'f00' })
  expect(partsOf('https://example.com/t.json')).toBeUndefined()
})

test('a pipeline becomes a template and comes back of it', () => {
  const pipeline = {
    id: 'x',
    application: 'shop',
    name: 'P',
    index: 3,
    updateTs: '1',
    limitConcurrent: true,
    stages: [{ refId: '1' }],
    triggers: [{ id: 't', type: 'git' }],
    unknown: 1,
  }
  const template = templateFrom(pipeline, {
    id: 'shop-p',
    name: 'P',
    description: '',
    owner: 'me',
    scopes: ['shop'],
  })
  expect(template).toMatchObject({
    schema: 'v2',
    id: 'shop-p',
    metadata: { name: 'P', owner: 'me' },
    pipeline: { limitConcurrent: true, stages: [{ refId: '1' }], triggers: [{ type: 'git' }], unknown: 1 },
  })
  expect(template['pipeline']).not.toHaveProperty('name')
  const made = pipelineFrom('spinnaker://shop-p', 'shop', 'Q', { a: 1 })
  expect(made).toMatchObject({
    type: 'templatedPipeline',
    template: { reference: 'spinnaker://shop-p' },
    variables: { a: 1 },
  })
  const planned = {
    id: 'unknown',
    name: 'Q',
    application: 'shop',
    source: {},
    templateVariables: { a: 1 },
    limitConcurrent: true,
    stages: [{ refId: '1' }],
    triggers: [{ type: 'git', inherited: true }],
  }
  expect(detached({ ...made, id: 'q', description: 'd' }, planned)).toEqual({
    id: 'q',
    application: 'shop',
    name: 'Q',
    description: 'd',
    limitConcurrent: true,
    notifications: [],
    stages: [{ refId: '1' }],
    triggers: [{ type: 'git' }],
  })
})

test('ids fit names', () => {
  expect(idFor('shop', 'Deploy to production!')).toBe('shop-Deploy-to-production')
  expect(idFor('部署')).toBe('template')
})

test('what the server adds is not edited', () => {
  expect(
    contentOf({ id: 'a', updateTs: '1', digest: 'x', tag: 't', lastModifiedBy: 'me', protect: true }),
  ).toEqual({ id: 'a', protect: true })
})
