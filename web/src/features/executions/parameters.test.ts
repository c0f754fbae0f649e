import { expect, test } from 'vitest'
import { isShown, parametersOf, problemOf } from './parameters'

test('parameters are read as Deck has written them', () => {
  expect(
    parametersOf([
      {
        name: 'env',
        label: '',
        default: 'dev',
        required: true,
        hasOptions: true,
        options: [{ value: 'dev' }, { value: 'prod' }, { value: 'dev' }],
      },
      { name: 'n', default: 3, hasOptions: false, options: [{ value: 'x' }] },
      { label: 'without a name' },
    ]),
  ).toMatchObject([
    { name: 'env', label: 'env', default: 'dev', required: true, options: ['dev', 'prod'] },
    { name: 'n', default: '3', required: false, options: undefined },
  ])
  expect(parametersOf(undefined)).toEqual([])
})

test.each([
  [{ required: true }, '', 'missing'],
  [{}, '', undefined],
  [{ hasOptions: true, options: [{ value: 'a' }] }, 'b', 'option'],
  [{ hasOptions: true, options: [{ value: 'a' }] }, '${x}', undefined],
  [{ constraint: 'date' }, '2026-02-31x', 'date'],
  [{ constraint: 'date' }, '2026-02-03', undefined],
  [{ constraint: 'number' }, '3.5', undefined],
  [{ default: 3 }, 'three', 'number'],
])('%o with %s', (raw, value, want) => {
  const [p] = parametersOf([{ name: 'p', ...raw }])
  if (!p) throw new Error('no parameter')
  expect(problemOf(p, value)).toBe(want)
})

test.each([
  ['==', 'yes', 'yes', true],
  ['!=', 'yes', 'yes', false],
  ['>', '3', '10', true],
  ['<=', '3', '3', true],
])('%s %s is met by %s: %s', (comparator, comparatorValue, other, want) => {
  const [p] = parametersOf([{ name: 'p', conditional: { parameter: 'o', comparator, comparatorValue } }])
  if (!p) throw new Error('no parameter')
  expect(isShown(p, { o: other })).toBe(want)
})
