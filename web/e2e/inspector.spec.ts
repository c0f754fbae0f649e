import { expect, test } from './kit'
import { accessible } from './looks'
import { deploy, deployment, service } from './seed'

// An object in detail, docked beside the list that it is in.

test('the inspector leaves the list in use, and is stepped through by arrow keys', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `docked${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Deploy', [
    deploy('1', app, [service(app), service(`${app}-b`), deployment(app, 'nginx:1.27', 1)]),
  ])
  await server.ended(await server.start(app, 'Deploy'))
  await open(`/applications/${app}/infrastructure?kind=loadBalancers`)
  const first = page.getByRole('link', { name: app, exact: true })
  const second = page.getByRole('link', { name: `${app}-b`, exact: true })
  await first.click()
  const inspector = page.getByRole('dialog', { name: app, exact: true })
  await expect(inspector.getByRole('tab', { name: 'Summary' })).toBeVisible()
  // The list is neither covered nor dimmed.
  await expect(page.locator('.mantine-Overlay-root')).toHaveCount(0)
  await expect(first).toBeFocused()
  await accessible(page)

  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('dialog', { name: `${app}-b` })).toBeVisible()
  await expect(second).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(inspector).toBeVisible()

  // One Escape closes one layer, and the focus is where it was.
  await inspector
    .getByRole('button', { name: /Actions|More/ })
    .first()
    .click()
  await expect(page.getByRole('menu')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toBeHidden()
  await expect(inspector).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(inspector).toBeHidden()
  await expect(first).toBeFocused()

  // Its width is remembered.
  await first.click()
  const width = async () => (await inspector.boundingBox())?.width ?? 0
  const before = await width()
  await inspector.getByRole('separator', { name: 'Resize' }).focus()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(width).toBe(before + 40)
  await page.reload()
  await expect.poll(width).toBe(before + 40)

  // On a phone it covers the list.
  await page.setViewportSize({ width: 390, height: 844 })
  const sheet = page.getByRole('dialog')
  // All of the screen but for the scrollbar, which takes no room on a real phone.
  await expect.poll(async () => (await sheet.boundingBox())?.width).toBeGreaterThanOrEqual(375)
  await accessible(page)
  await sheet.getByRole('button', { name: 'Close' }).click()
  await expect(sheet).toBeHidden()
})
