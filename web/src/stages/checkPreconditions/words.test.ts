import { expect, test } from 'vitest'
import { inWords } from './words'

const condition = (expression: unknown) => ({ type: 'expression', context: { expression } })

test.each([
  {
    what: 'the pipeline has the expression of a value that the run kept',
    kept: condition('false'),
    written: condition('${ 1 > 2 }'),
    checked: { expressionResult: 'false' },
    words: { text: '${ 1 > 2 }', value: 'false' },
  },
  {
    what: 'the value is a boolean, and the check has not run',
    kept: condition(true),
    written: condition('${ 2 > 1 }'),
    checked: {},
    words: { text: '${ 2 > 1 }', value: 'true' },
  },
  {
    what: 'the run kept the expression',
    kept: condition('${ 1 > 2 }'),
    written: undefined,
    checked: { expressionResult: 'false' },
    words: { text: '${ 1 > 2 }', value: 'false' },
  },
  {
    what: 'the pipeline has no such precondition any more',
    kept: condition('false'),
    written: undefined,
    checked: { expressionResult: 'false' },
    words: { text: 'false', value: '' },
  },
  {
    what: 'another type of precondition',
    kept: { type: 'clusterSize', context: { cluster: 'shop', expected: 2 } },
    written: undefined,
    checked: {},
    words: { text: 'clusterSize: cluster shop, expected 2', value: '' },
  },
])('$what', ({ kept, written, checked, words }) => {
  expect(inWords(kept, written, checked)).toEqual(words)
})
