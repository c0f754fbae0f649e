import { expect, test } from 'vitest'
import { translator } from '.'
import en from './en'
import infraEn from './infra.en'
import infraZh from './infra.zh'
import zh from './zh'

type Tree = { [key: string]: string | Tree }

function leaves(tree: Tree, at = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [[at + key, value] as [string, string]] : leaves(value, `${at}${key}.`)))
}

const values = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

test.each([['all', en, zh], ['infrastructure', infraEn, infraZh]])('both languages have the same texts, with the same values: %s', (_, texts, chinese) => {
  const other = new Map(leaves(chinese))
  const mine = leaves(texts)
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
