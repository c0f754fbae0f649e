import { expect, test } from 'vitest'
import { translator } from '.'
import en from './en'

type Tree = { [key: string]: string | Tree }

function leaves(tree: Tree, at = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[at + key, value] as [string, string]] : leaves(value, `${at}${key}.`),
  )
}

const values = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

// Every file of texts, those of features too: en.ts, editor.en.ts, and so on.
const files = import.meta.glob<Tree>(['./en.ts', './zh.ts', './*.en.ts', './*.zh.ts'], {
  eager: true,
  import: 'default',
})
const english = Object.keys(files).filter((name) => /\ben\.ts$/.test(name))

test('there are texts', () => {
  expect(english.length).toBeGreaterThan(3)
})

test.each(english)('both languages have the same texts, with the same values: %s', (name) => {
  const other = new Map(leaves(files[name.replace(/en\.ts$/, 'zh.ts')] ?? {}))
  const mine = leaves(files[name] ?? {})
  expect([...other.keys()].sort()).toEqual(mine.map(([key]) => key).sort())
  for (const [key, text] of mine) {
    const translated = other.get(key) ?? ''
    expect(translated, key).not.toBe('')
    if (!text.includes('|')) expect(values(translated), key).toEqual(values(text))
  }
})

test('texts take values, and choose by number', () => {
  const t = translator(en)
  expect(t('executions.startName', { name: 'a {b}' })).toBe('Start a {b}')
  expect(t('executions.startName')).toBe('Start {name}')
})
