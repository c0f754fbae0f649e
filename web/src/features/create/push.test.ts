import { expect, test } from 'vitest'
import { emptyDraft, type Draft } from './draft'
import { possiblePush, pushTrigger, startsOnPush } from './push'

const hub = {
  type: 'artifacts.github',
  name: 'hub',
  host: 'GitHub',
  address: 'https://github.com',
  sources: ['github'],
  hasCredentials: true,
}
const draft = (more: Partial<Draft['repository']>): Draft => ({
  ...emptyDraft,
  kind: 'repository',
  repository: { ...emptyDraft.repository, url: 'https://github.com/acme/cart.git', ...more },
})

test('pushes start the pipeline if the webhook can be created', () => {
  const push = possiblePush(draft({}), [hub], [])
  expect(push).toEqual({
    name: { source: 'github', project: 'acme', slug: 'cart' },
    branch: 'main',
    account: hub,
    path: 'acme/cart',
  })
  expect(startsOnPush(draft({}), push)).toBe(true)
  expect(startsOnPush(draft({ push: 'no' }), push)).toBe(false)
})

test('without an account, they do if somebody wants to create it by hand', () => {
  const push = possiblePush(draft({}), [], [])
  expect(startsOnPush(draft({}), push)).toBe(false)
  expect(startsOnPush(draft({ push: 'yes' }), push)).toBe(true)
})

test('they don’t for an unknown host, or for a file', () => {
  expect(possiblePush(draft({ url: 'https://git.example.com/acme/cart' }), [hub], [])).toBeUndefined()
  expect(possiblePush(draft({ from: 'file' }), [hub], [])).toBeUndefined()
  expect(possiblePush(emptyDraft, [hub], [])).toBeUndefined()
})

test('the trigger is for the branch as it is written', () => {
  const name = { source: 'github', project: 'acme', slug: 'cart' }
  expect(pushTrigger({ name, branch: 'release/1.0', account: undefined, path: '' })).toMatchObject({
    branch: 'release/1\\.0',
    events: ['push'],
  })
  expect(
    pushTrigger({ name: { ...name, source: 'bitbucket' }, branch: 'main', account: undefined, path: '' }),
  ).toMatchObject({ branch: 'main', events: ['repo:push', 'repo:refs_changed'] })
})
