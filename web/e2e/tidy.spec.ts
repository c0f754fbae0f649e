import { expect, test } from './kit'

// Small things that make a page look finished.

const wait = (refId: string, after: string[], name = `Step ${refId} of the release train`) => ({
  refId,
  type: 'wait',
  name,
  requisiteStageRefIds: after,
  waitTime: 0,
})

test('toolbars take one row, and a run says its number on a phone', async ({ page, open, server }, info) => {
  const app = `tidy${info.retry}`
  const name = 'A pipeline whose name is far too long for a phone'
  await server.application(app)
  await server.pipeline(app, name, [wait('1', [])])
  const id = await server.start(app, name)
  await server.ended(id)
  await page.setViewportSize({ width: 1440, height: 900 })
  for (const path of [`/applications/${app}/executions`, '/runs']) {
    await open(path)
    const bar = page.getByRole('main').locator('[data-toolbar]').first()
    await expect(bar).toBeVisible()
    expect((await bar.boundingBox())?.height, path).toBeLessThan(45)
  }
  await page.setViewportSize({ width: 390, height: 844 })
  await open(`/applications/${app}/executions/${id}`)
  const last = page.getByRole('banner').getByText('#1', { exact: true })
  await expect(last).toBeVisible()
  expect(await last.evaluate((e) => e.scrollWidth <= e.clientWidth && e.clientWidth > 10)).toBe(true)
})

test('a large pipeline can be read from afar, and its map is whole', async ({ page, open, server }, info) => {
  const app = `afar${info.retry}`
  await server.application(app)
  await server.pipeline(
    app,
    'Large',
    Array.from({ length: 120 }, (_, i) => wait(String(i), i < 10 ? [] : [String(i - 10)])),
  )
  const { id } = await server.ask<{ id: string }>('GET', `/applications/${app}/pipelineConfigs/Large`)
  await page.setViewportSize({ width: 1440, height: 900 })
  await open(`/applications/${app}/pipelines/${id}/edit`)
  const graph = page.locator('.react-flow')
  await expect(graph).toHaveAttribute('data-far', /.+/)
  // Only what is seen is drawn.
  expect(await page.locator('.react-flow__node').count()).toBeLessThan(121)
  const map = page.locator('.react-flow__minimap')
  const [outer, inner] = [await map.boundingBox(), await map.locator('svg').boundingBox()]
  expect(inner?.width).toBeLessThanOrEqual((outer?.width ?? 0) + 1)
  for (let i = 0; i < 20 && (await graph.getAttribute('data-far')) !== 'farthest'; i++)
    await page.getByRole('button', { name: 'Zoom out' }).click()
  await expect(graph).toHaveAttribute('data-far', 'farthest')
  await page.screenshot({ path: 'screenshots/editor-afar.png' })
  await page.getByRole('button', { name: 'Show the whole graph' }).click()
  await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== 'running'))
  await page.screenshot({ path: 'screenshots/editor-whole.png' })
})
