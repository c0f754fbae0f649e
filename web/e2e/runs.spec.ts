import { expect, test } from './kit'
import { accessible, looks } from './looks'

// Runs of any age and of all applications are found by what they carry.

test('runs are numbered and titled, and found by what they carry', async ({ page, open, server }, info) => {
  test.slow()
  const app = `searched${info.retry}`
  const other = `beside${info.retry}`
  const quick = [{ refId: '1', type: 'wait', name: 'Quick', requisiteStageRefIds: [], waitTime: 0 }]
  for (const name of [app, other]) {
    await server.application(name)
    await server.pipeline(name, 'Ship', quick, { parameterConfig: [{ name: 'image' }] })
  }
  // More than a list by pipeline holds, and more than a page of a search.
  const ids: string[] = []
  for (let i = 0; i < 60; i++)
    ids.push(
      await server.start(app, 'Ship', { type: 'manual', parameters: { image: `nginx:1.${i}-${app}` } }),
    )
  await server.ended(
    await server.start(other, 'Ship', {
      type: 'git',
      branch: 'main',
      hash: '0123456789ab',
      parameters: { image: 'redis:8' },
    }),
  )
  await Promise.all(ids.map((id) => server.ended(id)))

  await open('/')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Runs' }).click()
  await page.getByLabel('Image, commit, parameter').fill(`nginx:1.3-${app}`)
  await expect(page.getByRole('link', { name: `Ship #4 nginx:1.3-${app}` })).toBeVisible()
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1)
  await expect(page).toHaveURL(/q=nginx/)

  await page.getByLabel('Image, commit, parameter').fill(`0123456 ${other}`)
  await expect(page.getByText('No runs match')).toBeVisible()
  await accessible(page)
  await page.getByRole('button', { name: 'Clear filters' }).first().click()
  await page.getByLabel('Image, commit, parameter').fill('0123456789AB')
  await expect(page.getByRole('link', { name: 'Ship #1 main@0123456' }).first()).toBeVisible()
  await expect(page.getByText(new RegExp(`^${other} · Succeeded · Commit`))).toBeVisible()

  // Page by page.
  await open(`/runs?application=${app}`)
  await expect(page.getByRole('link', { name: /^Ship #60 / })).toBeVisible()
  await expect(page.getByRole('status').getByText('50 runs listed')).toBeAttached()
  await page.getByRole('button', { name: 'Load older runs' }).click()
  await expect(page.getByRole('status').getByText('60 runs listed')).toBeAttached()
  await expect(page.getByRole('button', { name: 'Load older runs' })).toBeHidden()
  await page.getByRole('button', { name: 'More filters' }).click()
  await accessible(page)
  await page.getByLabel('To', { exact: true }).fill('2020-01-01')
  await expect(page.getByText('No runs match')).toBeVisible()
  await open(`/runs?application=${app}&status=failed`)
  await expect(page.getByText('No runs match')).toBeVisible()

  // In the application: the newest by pipeline, the others where they are looked for.
  await open(`/applications/${app}/executions`)
  await expect(page.getByRole('link', { name: `#60 nginx:1.59-${app}` })).toBeVisible()
  await page.getByLabel('Filter by name').fill(`nginx:1.2-${app}`)
  await page.getByRole('link', { name: 'Search all runs' }).click()
  await expect(page.getByRole('link', { name: `Ship #3 nginx:1.2-${app}` })).toBeVisible()
  await open(`/applications/${app}/executions?group=none`)
  await expect(page.getByRole('link', { name: /^Ship #60 / })).toBeVisible()
  await page.getByRole('button', { name: 'Load older runs' }).click()
  await page
    .getByRole('link', { name: /^Ship #12 / })
    .scrollIntoViewIfNeeded()
    .catch(() => undefined)
  await page.getByLabel('Filter by name').fill(`nginx:1.0-${app}`)
  await page.getByRole('link', { name: `Ship #1 nginx:1.0-${app}` }).click()
  await expect(page.getByRole('heading', { name: 'Ship #1' })).toBeVisible()
  await open(`/runs?application=${app}`)
  await looks(page, 'runs', 'nginx:1.59')
})
