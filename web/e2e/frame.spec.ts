import { expect, test } from './kit'
import { accessible, fits } from './looks'

// What is around every page: the sidebar, the way to where one is, an application's parts.

test('the sidebar leads to everything, and collapses to icons', async ({ page, open }) => {
  await open('/')
  const nav = page.getByRole('navigation', { name: 'Main' })
  await expect(nav.getByRole('link', { name: 'Applications' })).toHaveAttribute('aria-current', 'page')
  for (const [name, heading] of [
    ['Runs', 'Runs'],
    ['Events', 'Events'],
    ['Projects', 'Projects'],
    ['Clusters & clouds', 'Clusters & clouds'],
    ['Templates', 'Templates'],
    ['Delivery', 'Delivery'],
  ] as const) {
    await nav.getByRole('link', { name }).click()
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
    await expect(nav.getByRole('link', { name })).toHaveAttribute('aria-current', 'page')
  }
  await expect(page.getByRole('banner')).toHaveCount(1)

  await nav.getByRole('button', { name: 'Collapse the sidebar' }).click()
  const width = async () => (await nav.boundingBox())?.width ?? 0
  await expect.poll(width).toBeLessThan(70)
  await page.reload()
  await expect(nav.getByRole('button', { name: 'Expand the sidebar' })).toHaveAttribute(
    'aria-expanded',
    'false',
  )
  await nav.getByRole('link', { name: 'Runs' }).focus()
  await expect(page.getByRole('tooltip', { name: 'Runs' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible()
  await accessible(page)
  await nav.getByRole('button', { name: 'Expand the sidebar' }).press('Enter')
  await expect.poll(width).toBeGreaterThan(200)
})

test('the menu at the foot has language, theme, the API and more', async ({ page, open }) => {
  await open('/runs')
  const menu = page.getByRole('button', { name: 'Preferences' })
  await menu.click()
  await expect(page.getByRole('menuitem', { name: 'API reference' })).toHaveAttribute('href', /swagger-ui/)
  await fits(page, 'frame-menu')
  await page.keyboard.press('Escape')
  await menu.click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await menu.click()
  await page.getByRole('menuitemradio', { name: '中文' }).click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh')
  await page.getByRole('button', { name: '偏好设置' }).click()
  await accessible(page)
  await page.getByRole('menuitem', { name: '关于' }).click()
  await expect(page.getByRole('heading', { level: 1, name: '关于' })).toBeVisible()
})

test('on a phone the sidebar is a drawer', async ({ page, open }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await open('/')
  await expect(page.getByRole('navigation')).toHaveCount(0)
  const menu = page.getByRole('button', { name: 'Menu' })
  await menu.click()
  const nav = page.getByRole('dialog').getByRole('navigation', { name: 'Main' })
  await expect(page.getByRole('banner')).toHaveCount(1)
  await accessible(page)
  await page.keyboard.press('Escape')
  await expect(nav).toBeHidden()
  await expect(menu).toBeFocused()
  await menu.press('Enter')
  await nav.getByRole('link', { name: 'Runs' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible()
  await expect(nav).toBeHidden()
  await expect(page.getByRole('banner')).toHaveCount(1)
  await expect(page.getByRole('button', { name: 'Search' })).toBeVisible()
})

test('the way to a page is in its banner and its title', async ({ page, open, seeded }) => {
  await open(`/applications/shop/executions/${seeded.failed}`)
  const way = page.getByRole('banner').getByRole('listitem')
  await expect(way.nth(1)).toContainText('shop')
  await expect(way.nth(2)).toContainText('Broken on purpose')
  await expect(way.nth(3)).toHaveText(/^#\d+$/)
  await expect(page).toHaveTitle(/Broken on purpose #\d+.* · shop · Gennaker/)
  await expect(page.getByRole('heading', { level: 1, name: 'shop' })).toBeVisible()
  await way.nth(1).getByRole('link', { name: 'shop' }).click()
  await expect(page).toHaveURL(/\/applications\/shop$/)
  const parts = page.getByRole('navigation', { name: 'shop' })
  for (const [name, path] of [
    ['Pipelines', 'pipelines'],
    ['Runs', 'executions'],
    ['Events', 'events'],
    ['Runtime', 'infrastructure'],
    ['Activity', 'tasks'],
    ['Settings', 'settings'],
  ] as const) {
    await parts.getByRole('link', { name }).click()
    await expect(page).toHaveURL(new RegExp(`/applications/shop/${path}$`))
    await expect(parts.getByRole('link', { name })).toHaveAttribute('aria-current', 'page')
  }
  // Bookmarks of Deck's pages lead to what took their place.
  await open('/applications/shop/clusters')
  await expect(page).toHaveURL(/\/applications\/shop\/infrastructure$/)
  await open(`/applications/shop/executions/details/${seeded.failed}`)
  await expect(page).toHaveURL(new RegExp(`/applications/shop/executions/${seeded.failed}`))
  await page.getByRole('banner').getByRole('button', { name: 'Add shop to favorites' }).click()
  await page.getByRole('button', { name: 'Remove shop from favorites' }).click()
})
