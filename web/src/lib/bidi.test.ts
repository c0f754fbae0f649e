import { expect, test } from 'vitest'
import { isolated } from './bidi'

test.each([
  ['Deploy', 'Deploy'],
  ['部署 🚀', '部署 🚀'],
  ['نشر', '\u2068نشر\u2069'],
  ['שלום', '\u2068שלום\u2069'],
  ['\u202Edesrever', '\u2068\u202Edesrever\u2069'],
])('%s stays apart from the words around it only if it could turn them', (text, want) => {
  expect(isolated(text)).toBe(want)
})
