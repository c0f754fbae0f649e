import { expect, test } from './kit'
import { accessible } from './looks'

// Deck's own URLs have the path after a "#". Browsers keep that part when "/" sends them on.

test('links of Deck lead to the pages that took their place', async ({ page, server, seeded }) => {
  const follow = (hash: string) => page.goto(`${server.base}/#${hash}`)
  await follow('/applications/shop/clusters?acct=none')
  await expect(page).toHaveURL(/\/ui\/applications\/shop\/infrastructure\?account=none$/)
  await follow(`/applications/shop/executions/details/${seeded.failed}?stage=0&step=0&details=taskStatus`)
  await expect(page).toHaveURL(new RegExp(`/applications/shop/executions/${seeded.failed}\\?`))
  await expect(page.getByRole('tab', { name: 'Tasks' })).toHaveAttribute('aria-selected', 'true')
  await follow(`/applications/shop/executions/configure/${seeded.pipeline}`)
  await expect(page).toHaveURL(new RegExp(`/applications/shop/pipelines/${seeded.pipeline}/edit$`))
  await follow(`/executions/${seeded.failed}`)
  await expect(page).toHaveURL(new RegExp(`/applications/shop/executions/${seeded.failed}`))
  await follow('/applications/shop/config?section=notifications')
  await expect(page.getByRole('banner')).toContainText('shop')
  await expect(page).toHaveURL(/\/applications\/shop\/settings$/)

  // In a page that is open, too.
  await page.evaluate(() => {
    location.hash = '#/applications/shop/firewalls'
  })
  await expect(page).toHaveURL(/\/applications\/shop\/infrastructure\?kind=firewalls$/)
})

test('a search of Deck opens the search, and an unknown link says so', async ({ page, server }) => {
  await page.goto(`${server.base}/#/search?q=sho&tab=applications`)
  await expect(page.getByPlaceholder('Applications, pipelines, workloads…')).toHaveValue('sho')
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/ui\/$/)

  await page.goto(`${server.base}/#/applications/shop/canary/report`)
  const note = page.getByRole('alert')
  await expect(note).toContainText('#/applications/shop/canary/report')
  await accessible(page)
  await note.getByRole('button', { name: 'Close' }).click()
  await expect(note).toBeHidden()
})
