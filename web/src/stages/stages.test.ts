import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { descriptors } from '.'
import { kinds } from './descriptor'

const foldersWith = (file: string) =>
  readdirSync(import.meta.dirname, { withFileTypes: true, recursive: true })
    .filter((f) => f.name === file)
    .map((f) => f.parentPath.split('/').at(-1) ?? '')

test('every folder of a type is found, under its own name', () => {
  const folders = foldersWith('stage.ts')
  expect(folders.length).toBeGreaterThan(40)
  expect([...descriptors.keys()].sort()).toEqual(folders.sort())
})

test('forms and details belong to types that have a descriptor', () => {
  const types = [...foldersWith('Form.tsx'), ...foldersWith('Details.tsx')]
  expect(types.length).toBeGreaterThan(20)
  for (const type of types) expect(descriptors.has(type), type).toBe(true)
})

test('names and facts are there in both languages', () => {
  for (const { type, label, facts } of descriptors.values())
    for (const text of [...(label ? [label] : []), ...(facts ?? []).map((f) => f.label)])
      expect(
        [text.en, text.zh].every((words) => words.trim() !== ''),
        type,
      ).toBe(true)
})

test('no two types claim one place in the editor', () => {
  const places = [...descriptors.values()].filter((d) => d.order !== undefined)
  expect(new Set(places.map((d) => `${d.kind ?? ''} ${d.order ?? ''}`)).size).toBe(places.length)
  for (const d of places) expect(kinds).toContain(d.kind)
})

test('what a summary shows comes from the context', () => {
  const facts = (type: string, context: Record<string, unknown>) =>
    descriptors.get(type)?.facts?.map((f) => f.value(context, {} as never))
  expect(facts('wait', { waitTime: 90 })).toEqual(['1m 30s'])
  expect(facts('pipeline', { application: 'shop', pipeline: 'id', executionName: 'Ship' })).toEqual([
    'shop',
    'Ship',
  ])
})
