import { describe, expect, test } from 'vitest'
import { translator } from '.'
import accountFields from './accountFields.zh.json'
import en from './en'
import stages from './stages.zh.json'

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
const chinese = Object.keys(files).filter((name) => /\bzh\.ts$/.test(name))

test('every file of texts has its translation', () => {
  expect(english.length).toBeGreaterThan(3)
  expect(chinese.sort()).toEqual(english.map((name) => name.replace(/en\.ts$/, 'zh.ts')).sort())
})

test('all texts are in this directory', () => {
  const elsewhere = Object.entries(
    import.meta.glob<string>(['../features/**/*.ts', '../components/**/*.ts', '../lib/**/*.ts'], {
      eager: true,
      query: '?raw',
      import: 'default',
    }),
  )
  const own = elsewhere.filter(
    ([, source]) => /featureTexts\(/.test(source) && !/@\/i18n\/\w+\.en'/.test(source),
  )
  expect(own.map(([name]) => name)).toEqual([])
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

// What plain technical English doesn't say, with what it says instead. See web/README.md.
const avoid: [RegExp, string][] = [
  [
    /\bwhere (it|they|there|none|that|this|one|another|nothing|you|empty|possible|needed)\b/i,
    '“if” or “when”',
  ],
  [/\b(empty|unset|false|fails?|missing) where\b|\bwhere empty\b/i, '“if” or “when”'],
  [/\banew\b|\bonce more\b/i, '“again”, or recreate, restart'],
  [/\b(whom|whoever|whose is|somebody|everybody|nobody)\b/i, 'someone, everyone, no one'],
  [/\b(is|are|was|were|be|been) made\b|\bmade (of|anew)\b/i, 'created'],
  [/\bis (told|seen)\b|\bare (told|seen)\b|\btells? (of|nothing|why|whether)\b/i, 'shows, reports'],
  [/\bshall\b/i, 'the present tense'],
  [/\b(go|goes|going|went) on\b/i, 'continue'],
  [/\bside by side\b/i, 'at the same time'],
  [/\bsmall letters\b/i, 'lowercase letters'],
  [/\bleft? alone\b|\bleave alone\b/i, 'skip, exclude'],
  [/\b(?<!there )(is|are) no (?!longer)[a-z]+\b/i, '“is not a”'],
  [/\bby hand\b/i, 'manually'],
  [/\bat hand\b|\bstraight away\b|\bas yet\b|\bby itself\b/i, 'a plain word'],
  [/^(whom|by which|of an?|that|such as|so that|what (it|is|its|others|they)) /i, 'a sentence or a noun'],
  [
    /\b(cancelled|cancelling|favourites?|colours?|behaviours?|organisations?|e-mails?)\b/i,
    'American spelling',
  ],
]

// The pages’ own words for what the API calls otherwise. See the glossary in web/README.md.
// fromDeck explains Spinnaker’s words, so it has them.
const renamed: [RegExp, string][] = [
  [/\bexecutions?\b/i, 'run'],
  [/\bserver groups?\b/i, 'workload'],
]

function slips(texts: [string, string][], rules: [RegExp, string][]): string[] {
  return texts.flatMap(([key, text]) =>
    rules
      .filter(([bad]) => bad.test(text))
      .map(([bad, better]) => `${key}: “${text}” has ${bad.source}: ${better}`),
  )
}

describe('texts are in plain English', () => {
  test.each(english)('%s', (name) => {
    expect(
      slips(leaves(files[name] ?? {}), name === './fromDeck.en.ts' ? avoid : [...avoid, ...renamed]),
    ).toEqual([])
  })

  // What the server says of stages and accounts: the keys are its English texts.
  test.each([
    ['stages', Object.keys(stages)],
    ['account fields', Object.keys(accountFields.texts)],
  ])('%s', (_, texts) => {
    const list = texts.map((text): [string, string] => ['', text])
    expect(slips(list, avoid)).toEqual([])
  })

  test.each([
    'The cluster is not there where none is chosen.',
    'Its pods are made anew.',
    'What it is',
    'Whom to ask',
    'This is no pipeline',
  ])('a slip is noticed: %s', (text) => {
    expect(slips([['', text]], avoid)).not.toEqual([])
  })
})

test('texts take values, and choose by number', () => {
  const t = translator(en)
  expect(t('executions.startName', { name: 'a {b}' })).toBe('Start a {b}')
  expect(t('executions.startName')).toBe('Start {name}')
})
