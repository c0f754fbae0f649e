import { expect, test } from 'vitest'
import { begin, step, type History } from './history'
import { byStage, graphProblems } from './problems'
import { fieldsOf, numberOrText, translated, words } from './schema'
import { read, readDocuments, write, writeDocuments } from '@/lib/texts'

const change = (h: History, n: number, topic?: string, at = 0) =>
  step(h, { type: 'change', to: { n }, topic, at })

test('changes are undone and done again', () => {
  let h = change(change(begin({ n: 0 }), 1), 2)
  h = step(h, { type: 'undo' })
  expect(h.present).toEqual({ n: 1 })
  h = step(step(h, { type: 'undo' }), { type: 'undo' })
  expect(h.present).toEqual({ n: 0 })
  h = step(h, { type: 'redo' })
  expect(h.present).toEqual({ n: 1 })
  h = change(h, 7)
  expect(step(h, { type: 'redo' })).toBe(h)
})

test('letters of one word are undone together', () => {
  let h = change(change(change(begin({ n: 0 }), 1, 'name', 0), 2, 'name', 500), 3, 'name', 5000)
  h = step(h, { type: 'undo' })
  expect(h.present).toEqual({ n: 2 })
  h = step(h, { type: 'undo' })
  expect(h.present).toEqual({ n: 0 })
})

test.each(['json', 'yaml'] as const)('a pipeline is the same through %s', (form) => {
  const value = {
    name: 'a: b',
    stages: [{ text: 'line\nline\n', expression: '${ 1 == 1 }', none: null, yes: 'yes', number: '007' }],
    unknown: [[]],
  }
  expect(read(write(value, form), form)).toEqual({ value })
})

test.each([
  ['json', '{"a": '],
  ['yaml', 'a: [1'],
  ['json', '[1]'],
  ['yaml', '- 1'],
] as const)('%s that is broken is told: %s', (form, text) => {
  expect(read(text, form)).toHaveProperty('problem')
})

test('manifests are documents', () => {
  const values = [{ kind: 'Service' }, { kind: 'Deployment', spec: { a: [1] } }]
  expect(readDocuments(writeDocuments(values))).toEqual({ values })
  expect(readDocuments('---\n# nothing\n---\n')).toEqual({ values: [] })
  expect(readDocuments('just words')).toHaveProperty('problem')
})

test('the graph’s problems are found where they are', () => {
  const pipeline = {
    stages: [
      { refId: '1', requisiteStageRefIds: ['2'] },
      { refId: '2', name: 'B', requisiteStageRefIds: ['1', '9'] },
      { refId: '3' },
      { refId: '3' },
    ],
  }
  const found = byStage(pipeline, graphProblems(pipeline))
  expect(found.get('1')?.length).toBe(1)
  expect(
    found
      .get('2')
      ?.map((p) => p.message)
      .join(),
  ).toContain('requires stage 9')
  expect(found.get('3')).toHaveLength(1)
  expect(found.get('3#3')).toHaveLength(1)
  expect(graphProblems({ stages: [{ refId: '1' }, { refId: '2', requisiteStageRefIds: ['1'] }] })).toEqual([])
  expect(graphProblems({ stages: 'none' })).toHaveLength(1)
  expect(graphProblems({ stages: null })).toEqual([])
  const mixed = { stages: [null, { refId: '1', name: 'A', requisiteStageRefIds: ['7'] }] }
  expect(
    [...byStage(mixed, graphProblems(mixed))].map(([id, list]) => `${id} ${list[0]?.message ?? ''}`),
  ).toEqual([' the stage must be an object', '1 it requires stage 7, which there is not'])
})

test('a schema becomes fields', () => {
  const fields = fieldsOf({
    required: ['b'],
    properties: {
      cloudProvider: { const: 'kubernetes' },
      a: { type: 'string', title: 'The A' },
      b: { type: ['integer', 'string'] },
      c: { type: 'boolean' },
      d: { enum: ['x', 'y'] },
      e: { type: 'array', items: { type: 'string' } },
      f: { type: 'array', items: { type: 'object', properties: { type: { type: 'string' } } } },
      g: { type: 'object' },
      h: { type: 'object', properties: { i: { type: 'number' } } },
      refId: { type: 'string' },
      j: {},
    },
  })
  expect(fields.map((f) => `${f.name} ${f.kind}`)).toEqual([
    'b number',
    'a text',
    'c switch',
    'd choice',
    'e texts',
    'f objects',
    'g any',
    'h object',
    'j any',
  ])
  expect(fields[1]?.label).toBe('The A')
  expect(words('waitTimeSeconds')).toBe('Wait time seconds')
})

test.each([
  ['', undefined],
  ['12', 12],
  ['-3', -3],
  ['1.5', 1.5],
  ['${x}', '${x}'],
  ['1e9', '1e9'],
])('%j in a field for numbers is %j', (text, want) => {
  expect(numberOrText(text)).toBe(want)
})

test('a schema’s texts are given in another language', () => {
  const schema = {
    required: ['a'],
    properties: {
      a: { title: 'The A', description: 'What it is.', enum: ['x'] },
      someList: { type: 'array', items: { type: 'object', properties: { b: { type: 'string' } } } },
      odd: true,
    },
  }
  const other = translated(schema, (text) => `<${text}>`)
  expect(fieldsOf(other)).toMatchObject([
    { name: 'a', label: '<The A>', help: '<What it is.>', choices: ['x'], required: true },
    { name: 'someList', label: '<Some list>', fields: [{ label: '<B>' }] },
  ])
  expect(schema.properties.a.title).toBe('The A')
})
