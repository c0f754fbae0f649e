import { expect, test } from './kit'

// What must stay quick: the first load, many applications, a graph of a thousand stages.

const budget = 350 * 1024

test('the first load keeps to its budget', async ({ page, open }) => {
  await open('/')
  await expect(page.getByRole('link', { name: 'billing', exact: true })).toBeVisible()
  const sizes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((e) => e as PerformanceResourceTiming)
      .filter((e) => e.name.includes('/assets/'))
      .map((e) => e.encodedBodySize),
  )
  const total = sizes.reduce((a, b) => a + b, 0)
  console.log(`      the first load is ${Math.round(total / 1024)} KB in ${sizes.length} files`)
  expect(total).toBeGreaterThan(50_000)
  expect(total).toBeLessThan(budget)
})

test('five thousand applications are as many rows as are seen', async ({ page, open }) => {
  const applications = Array.from({ length: 5000 }, (_, i) => ({
    name: `app-${String(i).padStart(4, '0')}`,
    email: 'team@example.com',
    accounts: 'sandbox',
    updateTs: String(1_790_000_000_000 + i),
  }))
  await page.route('**/applications', (route) => route.fulfill({ json: applications }))
  await open('/')
  await expect(page.getByText('app-0000', { exact: true })).toBeVisible()
  expect(await page.getByRole('row').count()).toBeLessThan(60)
  await page.getByLabel('Filter by name, owner, or account').fill('app-4321')
  await expect(page.getByText('app-4321', { exact: true })).toBeVisible()
  await expect(page.getByText('app-0000', { exact: true })).toBeHidden()
})

test('a thousand stages are a graph to be moved in', async ({ page, open, server }, info) => {
  const app = `thousand${info.retry}`
  const stages = Array.from({ length: 1000 }, (_, i) => ({
    refId: String(i),
    type: 'wait',
    name: `Stage ${i}`,
    waitTime: 0,
    requisiteStageRefIds: i < 10 ? [] : [String(i - 10)],
  }))
  await server.application(app)
  await server.pipeline(app, 'Thousand', stages)
  const id = await server.start(app, 'Thousand')
  await server.ended(id)
  await open(`/applications/${app}/executions/${id}?stage=`)
  await expect(page.locator('.react-flow__node').first()).toBeVisible()
  expect(await page.locator('.react-flow__node').count()).toBeLessThan(250)
})
