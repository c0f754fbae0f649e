import { Linter } from 'eslint'
import { expect, test } from 'vitest'
import components from './components.js'

const found = (code) =>
  new Linter()
    .verify(code, {
      plugins: { components },
      rules: { 'components/one-a-file': ['error', { helper: 3 }] },
      languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
    })
    .map((m) => m.message.split('.')[0])

const long = 'function Part() {\n\n\n\n  return 1\n}'

test.each([
  ['one component with a small helper', 'export function Page() {}\nfunction Row() {}', []],
  [
    'hooks, constants and contexts beside it',
    'export function Page() {}\nexport const MOST = 8\nexport const Place = createContext()\nexport function usePage() {}',
    [],
  ],
  ['helpers of a file without a component', long, []],
  [
    'a second component, as a function',
    'export function Page() {}\nexport function Row() {}',
    ['Row is the second component that this file exports'],
  ],
  [
    'a second component, as a constant or in memo',
    'export const Page = () => 1\nexport const Row = memo(function Row() {})\nexport class Guard {}',
    [
      'Row is the second component that this file exports',
      'Guard is the second component that this file exports',
    ],
  ],
  [
    'a large helper',
    `export default function Page() {}\n${long}`,
    ['Part has 6 lines; a helper has at most 3'],
  ],
])('%s', (_, code, messages) => {
  expect(found(code)).toEqual(messages)
})
