import { expect, test } from 'vitest'
import { completions, openWord } from '@/lib/expressions'
import { asksOthers, hasExpression, inShort, troubles, wordsOf, type Contents } from './evaluate'

const execution = {
  trigger: {
    type: 'manual',
    parameters: { image: 'nginx', 'two words': 1 },
    payload: { a: { b: [{ c: 1 }] } },
    notifications: [1],
  },
  stages: [
    {
      name: "it's",
      outputs: { greeting: 'hello', deep: { x: 1 } },
      context: { account: 'k8s' },
      status: 'SUCCEEDED',
    },
    { name: 'inner', parentStageId: 'x', outputs: { hidden: 1 } },
  ],
} as unknown as Contents

test('what a run has can be written', () => {
  const words = wordsOf(execution)
  expect(words).toEqual(
    expect.arrayContaining([
      'parameters.image',
      "parameters['two words']",
      'trigger.type',
      'trigger.payload.a.b',
      "#stage('it''s')",
      "#stage('it''s').status",
      "#stage('it''s').outputs.deep.x",
      "#stage('it''s').context.account",
      'greeting',
    ]),
  )
  expect(words.some((w) => w.includes('hidden') || w.includes('notifications'))).toBe(false)
})

test('very much is cut off', () => {
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, { a: 1, b: { c: 1 } }]))
  expect(
    wordsOf({
      trigger: { payload: wide },
      stages: Array.from({ length: 1000 }, (_, i) => ({ name: `s${i}`, outputs: wide, context: wide })),
    } as unknown as Contents),
  ).toHaveLength(600)
})

test('a word is completed where an expression is open', () => {
  expect(openWord('x ${ parameters.i')).toEqual({ before: 'x ${ ', word: 'parameters.i' })
  expect(openWord('x ${ done } y')).toBeUndefined()
  expect(openWord('no expression')).toBeUndefined()
  expect(completions('x ${ par', ['trigger.parameters', 'parameters.image', 'other'])).toEqual([
    { word: 'parameters.image', text: 'x ${ parameters.image' },
    { word: 'trigger.parameters', text: 'x ${ trigger.parameters' },
  ])
  expect(completions('${', ['a', 'b']).map((c) => c.word)).toEqual(['a', 'b'])
  expect(completions('${a', ['a'])).toEqual([])
})

test('what went wrong is told once', () => {
  expect(
    troubles({
      detail: {
        e: [{ description: 'no such', level: 'ERROR' }, { description: 'no such' }],
        f: 'odd',
        g: [1],
      },
    }),
  ).toEqual(['no such'])
  expect(troubles({ result: 1 })).toEqual([])
})

test.each([
  ['${ a }', true],
  ['${ a', false],
  ['a', false],
  ['${#toJson({a: 1})}', true],
])('%s: %s', (text, want) => {
  expect(hasExpression(text)).toBe(want)
})

test('others are asked only when wanted', () => {
  expect(asksOthers("${ #jsonFromUrl('http://x').a }")).toBe(true)
  expect(asksOthers("${ #stage('x') }")).toBe(false)
})

test('values are short', () => {
  expect(inShort({ a: [1] })).toBe('{"a":[1]}')
  expect(inShort('a\n b')).toBe('a b')
  expect(inShort(null)).toBe('null')
  expect(inShort('x'.repeat(500))).toHaveLength(121)
})
