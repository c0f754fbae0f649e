import { expect, test } from './kit'

test('language and theme are chosen, and kept', async ({ page, open, server }) => {
  await open('/')
  await page.getByRole('link', { name: 'About and settings' }).click()
  await expect(page.getByRole('heading', { name: 'About and settings' })).toBeVisible()
  const { version } = await server.ask<{ version: string }>('GET', '/version')
  await expect(page.getByText(version, { exact: true })).toBeVisible()
  await page.getByRole('main').getByText('Dark', { exact: true }).click()
  await page.getByRole('main').getByText('中文', { exact: true }).click()
  await expect(page.getByRole('heading', { name: '关于与设置' })).toBeVisible()
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh')
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  const link = await page.getByRole('link', { name: '/v3/api-docs' }).getAttribute('href')
  expect((await fetch(link ?? '')).status).toBe(200)
})
