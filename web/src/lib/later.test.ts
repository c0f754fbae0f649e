import { createElement, Suspense, type FunctionComponent } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { later } from './later'

const Page = ({ name }: { name: string }) => name
const shown = (component: FunctionComponent<{ name: string }>) =>
  renderToString(createElement(Suspense, { fallback: 'loading' }, createElement(component, { name: 'shop' })))

test('what is loaded is shown at once, without its fallback', async () => {
  const Lazy = later(() => Promise.resolve(Page))
  expect(shown(Lazy)).toContain('loading')
  await Lazy.preload()
  expect(shown(Lazy)).toContain('shop')
  expect(shown(Lazy)).not.toContain('loading')
})

test('it loads once, and again after a failure', async () => {
  let times = 0
  const Lazy = later(() => {
    times++
    return times === 1 ? Promise.reject(new Error('away')) : Promise.resolve(Page)
  })
  await expect(Lazy.preload()).rejects.toThrow('away')
  await Promise.all([Lazy.preload(), Lazy.preload()])
  await Lazy.preload()
  expect(times).toBe(2)
  expect(shown(Lazy)).toContain('shop')
})
