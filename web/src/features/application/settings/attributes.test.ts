import { expect, test } from 'vitest'
import {
  aboutOf,
  bannerOf,
  changesOf,
  disabledOf,
  linksOf,
  linkTo,
  permissionsOf,
  same,
  toneOfBanner,
  writeAbout,
  writeBanner,
  writeDisabled,
  writeLinks,
  writePermissions,
} from './attributes'

test('what it is about is read and written as Deck has it', () => {
  expect(aboutOf({ email: 'a@b', cloudProviders: 'kubernetes, aws' }).cloudProviders).toEqual([
    'kubernetes',
    'aws',
  ])
  expect(
    writeAbout(aboutOf({ email: 'a@b', cloudProviders: ['kubernetes'], repoSlug: 'shop' })),
  ).toMatchObject({ email: 'a@b', cloudProviders: 'kubernetes', repoSlug: 'shop' })
})

test('rights that are unknown are kept', () => {
  const before = { permissions: { READ: ['a'], CREATE: ['x'] } }
  expect(permissionsOf(before)).toEqual({ READ: ['a'], EXECUTE: [], WRITE: [] })
  expect(writePermissions({ READ: [], EXECUTE: ['b'], WRITE: [] }, before)).toEqual({
    permissions: { EXECUTE: ['b'], CREATE: ['x'] },
  })
})

test('data sources are off by name', () => {
  expect(disabledOf({ dataSources: { disabled: ['tasks'] } })).toEqual(['tasks'])
  expect(disabledOf(undefined)).toEqual([])
  expect(writeDisabled(['tasks'], { dataSources: { enabled: ['tasks', 'canaryConfigs'] } })).toEqual({
    dataSources: { enabled: ['canaryConfigs'], disabled: ['tasks'] },
  })
})

test('links are filled in, and lead nowhere else than to the web', () => {
  const values = { name: 'web-1', privateIpAddress: '10.0.0.1' }
  expect(linkTo('https://logs.example.com/?pod={{name}}', values, '')).toBe(
    'https://logs.example.com/?pod=web-1',
  )
  expect(linkTo('/health', values, 8080)).toBe('http://10.0.0.1:8080/health')
  expect(linkTo('/health', {}, 8080)).toBeUndefined()
  expect(linkTo('javascript:alert(1)', values, '')).toBeUndefined()
  expect(
    writeLinks(
      linksOf({
        instanceLinks: [
          {
            title: 'Logs',
            links: [
              { title: 'a', path: 'https://a' },
              { title: 'b', path: ' ' },
            ],
          },
          { title: 'none', links: [] },
        ],
      }),
    ),
  ).toEqual({ instanceLinks: [{ title: 'Logs', links: [{ title: 'a', path: 'https://a' }] }] })
})

test('one banner is shown, and the others are kept', () => {
  const before = {
    customBanners: [
      { text: 'old', enabled: false, backgroundColor: 'var(--color-danger)' },
      { text: 'now', enabled: true, backgroundColor: 'var(--color-success)', textColor: 'x' },
    ],
  }
  expect(bannerOf(before)).toEqual({ text: 'now', enabled: true, colour: '--color-success' })
  expect(toneOfBanner('--color-success')).toBe('good')
  expect(toneOfBanner('#fff')).toBe('wait')
  expect(writeBanner({ text: 'freeze', enabled: true, colour: '--color-danger' }, before)).toEqual({
    customBanners: [
      before.customBanners[0],
      { text: 'freeze', enabled: true, backgroundColor: 'var(--color-danger)', textColor: 'x' },
    ],
  })
  expect(writeBanner({ text: '', enabled: true, colour: '--color-danger' }, {})).toEqual({
    customBanners: [],
  })
})

test('changes are what differs, and what is gone is null', () => {
  expect(
    changesOf({ a: 1, b: [1], c: 'x', d: { e: 1, f: 2 } }, { a: 1, b: [2], d: { f: 2, e: 1 }, g: '' }),
  ).toEqual({ b: [2], c: null })
  expect(same({}, undefined)).toBe(true)
  expect(same([1, 2], [2, 1])).toBe(false)
})
