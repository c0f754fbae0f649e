import { expect, test } from 'vitest'
import { accountFor, accountsOf, pathOf, placeOf, repositoryNameOf } from './names'
import type { GitAccount } from './queries'

const account = (name: string, address: string, sources: string[], hasCredentials = true): GitAccount => ({
  type: 'artifacts.x',
  name,
  host: name,
  address,
  sources,
  hasCredentials,
})
const hub = account('hub', 'https://github.com', ['github'])
const tea = account('tea', 'http://tea.example.com:3000', ['gitea', 'forgejo'])
const open = account('open', 'https://gitlab.com', ['gitlab'], false)
const lab = account('lab', 'https://gitlab.example.com', ['gitlab'])
const all = [open, hub, tea, lab]

test.each([
  ['https://github.com/acme/cart.git', { host: 'github.com', path: 'acme/cart' }],
  ['https://ann@github.com/acme/cart/', { host: 'github.com', path: 'acme/cart' }],
  ['git@github.com:acme/cart.git', { host: 'github.com', path: 'acme/cart' }],
  ['ssh://git@tea.example.com:2222/acme/cart', { host: 'tea.example.com:2222', path: 'acme/cart' }],
  ['cart', undefined],
])('where %s is', (url, want) => {
  expect(placeOf(url)).toEqual(want)
})

test.each([
  ['https://github.com/acme/cart', 'hub'],
  ['git@github.com:acme/cart.git', 'hub'],
  ['http://tea.example.com:3000/acme/cart', 'tea'],
  ['ssh://git@tea.example.com:2222/acme/cart', 'tea'],
  ['http://tea.example.com/acme/cart', undefined],
  ['https://gitlab.com/acme/cart', undefined],
])('the account for %s', (url, want) => {
  expect(accountFor(url, all)?.name).toBe(want)
})

test('only accounts with credentials create webhooks', () => {
  expect(accountsOf(all, 'gitlab').map((a) => a.name)).toEqual(['lab'])
  expect(accountsOf(all, 'forgejo').map((a) => a.name)).toEqual(['tea'])
})

test('what triggers call a repository', () => {
  expect(repositoryNameOf('https://github.com/acme/cart', hub, [])).toEqual({
    source: 'github',
    project: 'acme',
    slug: 'cart',
  })
  expect(repositoryNameOf('https://bitbucket.org/acme/cart', undefined, [])).toEqual({
    source: 'bitbucket',
    project: 'acme',
    slug: 'acme/cart',
  })
  const listed = [{ path: 'acme/sub/cart', project: 'Sub', slug: 'Cart' }]
  expect(repositoryNameOf('https://gitlab.example.com/acme/sub/cart.git', lab, listed)).toEqual({
    source: 'gitlab',
    project: 'Sub',
    slug: 'Cart',
  })
  expect(repositoryNameOf('https://git.example.com/acme/cart', undefined, [])).toBeUndefined()
  expect(repositoryNameOf('https://github.com/cart', hub, [])).toBeUndefined()
})

test('where a trigger’s repository is', () => {
  const listed = [{ path: 'acme/sub/cart', project: 'Sub', slug: 'Cart' }]
  expect(pathOf({ source: 'gitlab', project: 'sub', slug: 'cart' }, listed)).toBe('acme/sub/cart')
  expect(pathOf({ source: 'github', project: 'acme', slug: 'cart' }, [])).toBe('acme/cart')
  expect(pathOf({ source: 'bitbucket', project: 'acme', slug: 'acme/cart' }, [])).toBe('acme/cart')
  expect(pathOf({ source: 'github', project: '', slug: 'cart' }, [])).toBe('')
})
