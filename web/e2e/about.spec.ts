import { expect, test } from './kit'
import { looks } from './looks'

test('language and theme are chosen, and kept', async ({ page, open, server }) => {
  await open('/')
  await page.getByRole('button', { name: 'Preferences' }).click()
  await page.getByRole('menuitem', { name: 'About' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'About' })).toBeVisible()
  const { version } = await server.ask<{ version: string }>('GET', '/version')
  await expect(page.getByText(version, { exact: true })).toBeVisible()
  await page.getByRole('main').getByText('Dark', { exact: true }).click()
  await page.getByRole('main').getByText('中文', { exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: '关于' })).toBeVisible()
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh')
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await expect(page.getByText('正常', { exact: true })).toBeVisible()
  const link = await page.getByRole('link', { name: '/v3/api-docs' }).getAttribute('href')
  expect((await fetch(link ?? '')).status).toBe(200)
})

test('operators are told what is down, and which executions crash the server', async ({
  page,
  open,
  seeded,
}) => {
  await page.route(
    (url) => url.pathname === '/health',
    (route) =>
      route.fulfill({
        status: 503,
        json: {
          status: 'DOWN',
          components: {
            database: { status: 'DOWN', details: { error: 'the disk of the database is full' } },
            engine: {
              status: 'UP',
              details: {
                suspectExecutions: '2',
                endedExecutions: '1',
                lastEnded: `${seeded.failed} at 2026-01-02T03:04:05Z, after 3 processes crashed while they worked on it`,
              },
            },
          },
        },
      }),
  )
  await open('/about')
  await expect(page.getByText('Not ready')).toBeVisible()
  await expect(page.getByRole('alert').filter({ hasText: 'the disk of the database is full' })).toBeVisible()
  await expect(page.getByText('2 runs may have crashed the server.')).toBeVisible()
  await looks(page, 'about-trouble', /3 processes|Show the last one|查看最近一个/)
  await page.getByRole('link', { name: /Show the last one|查看最近一个/ }).click()
  await expect(page).toHaveURL(new RegExp(`/executions/${seeded.failed}$`))
})
