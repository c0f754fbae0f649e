import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const src = join(import.meta.dirname, '..')
const files = (ending: string) =>
  readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith(ending))

test('every size of text is of the scale', () => {
  const odd = files('.css').flatMap((f) =>
    [...readFileSync(join(src, f), 'utf8').matchAll(/font-size:\s*([^;]+);/g)]
      .map((m) => m[1] ?? '')
      // Parts of what is around them, such as code in a sentence, follow its size.
      .filter((size) => !/^(var\(--text-[\w]+\)|inherit|0|[\d.]+em)$/.test(size))
      .map((size) => `${f}: ${size}`),
  )
  expect(odd).toEqual([])
})

test('components take sizes of text from the scale', () => {
  const odd = files('.tsx').flatMap((f) =>
    [...readFileSync(join(src, f), 'utf8').matchAll(/(?:fontSize: |fz=)['"]([\d.]+\w+)['"]/g)].map(
      (m) => `${f}: ${m[1] ?? ''}`,
    ),
  )
  expect(odd).toEqual([])
})

test('the scale has no more than seven sizes', () => {
  const scale = readFileSync(join(src, 'app/tokens.css'), 'utf8').match(/--text-\w+:/g)
  expect(scale).toHaveLength(7)
})

test('nothing blurs what is behind it, which is slow without a graphics card', () => {
  const odd = [...files('.css'), ...files('.tsx'), 'app/theme.ts'].filter((f) =>
    /backdrop-filter|blur(\(|: [1-9])/.test(readFileSync(join(src, f), 'utf8')),
  )
  expect(odd).toEqual([])
})
