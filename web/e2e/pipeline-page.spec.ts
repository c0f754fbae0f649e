import { expect, test } from './kit'
import { fits, looks } from './looks'

// A pipeline's own page, and the list of an application's pipelines.

const quick = [{ refId: '1', type: 'wait', name: 'Quick', requisiteStageRefIds: [], waitTime: 0 }]
const broken = [
  {
    refId: '1',
    type: 'checkPreconditions',
    name: 'Check',
    requisiteStageRefIds: [],
    preconditions: [{ type: 'expression', failPipeline: true, context: { expression: '${1 == 2}' } }],
  },
]

test('pipelines are listed with what starts them and their latest runs', async ({
  page,
  open,
  server,
}, info) => {
  const app = `pipelist${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Ship', quick, {
    triggers: [{ type: 'cron', enabled: true, cronExpression: '0 0 10 ? * MON-FRI' }],
  })
  await server.pipeline(app, 'Never', quick, { disabled: true })
  await server.ended(await server.start(app, 'Ship'))
  await open(`/applications/${app}`)
  await page.getByRole('navigation', { name: app }).getByRole('link', { name: 'Pipelines' }).click()
  const rows = page.getByRole('list', { name: 'Pipelines' }).getByRole('listitem')
  await expect(rows).toHaveCount(2)
  const ship = rows.filter({ hasText: 'Ship' })
  await expect(ship).toContainText('0 0 10 ? * MON-FRI')
  await expect(ship.getByRole('img', { name: 'Succeeded' })).toBeVisible()
  const never = rows.filter({ hasText: 'Never' })
  await expect(never).toContainText('Disabled')
  await expect(never).toContainText('No runs yet')
  const height = (await ship.boundingBox())?.height ?? 0
  expect(height).toBeGreaterThanOrEqual(40)
  expect(height).toBeLessThanOrEqual(48)
  await looks(page, 'pipelines', 'Ship')
  await open(`/applications/${app}/pipelines`)
  await page.getByLabel('Filter pipelines').fill('nev')
  await expect(rows).toHaveCount(1)
  await page.getByLabel('Filter pipelines').fill('')
  await ship.getByRole('link', { name: 'Start Ship' }).click()
  await expect(page.getByRole('dialog', { name: /Ship/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/pipelines\/[^/?]+$/)
})

test('a pipeline has a page with its runs, its triggers and its history', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `paged${info.retry}`
  await server.application(app)
  const settings = { parameterConfig: [{ name: 'image' }] }
  await server.pipeline(app, 'Release', broken, settings)
  await server.ended(await server.start(app, 'Release', { type: 'manual', parameters: { image: 'shop:1' } }))
  const [stored] = await server.ask<{ id: string }[]>('GET', `/applications/${app}/pipelineConfigs`)
  await server.pipeline(app, 'Release', quick, { ...settings, ...stored, stages: quick })
  for (const n of [2, 3])
    await server.ended(
      await server.start(app, 'Release', { type: 'manual', parameters: { image: `shop:${n}` } }),
    )
  await open(`/applications/${app}/pipelines/${stored?.id}`)
  await expect(page.getByRole('heading', { name: 'Release' })).toBeVisible()
  await expect(page).toHaveTitle(`Release · ${app} · Gennaker`)
  const runs = page.getByRole('list', { name: 'Runs' })
  await expect(runs.getByRole('link', { name: '#3 shop:3' })).toBeVisible()
  await expect(runs.getByRole('listitem')).toHaveCount(3)
  await expect(page.getByText('67 % Success rate')).toBeVisible()
  await expect(page.getByRole('region', { name: /3 finished runs/ }).getByRole('link')).toContainText('#1')
  await expect(page.getByRole('group', { name: 'Triggers' })).toContainText('No triggers')
  await looks(page, 'pipeline', 'shop:3')
  await open(`/applications/${app}/pipelines/${stored?.id}`)

  // A run that somebody starts elsewhere appears by itself.
  await server.ended(await server.start(app, 'Release', { type: 'manual', parameters: { image: 'shop:4' } }))
  await expect(runs.getByRole('link', { name: '#4 shop:4' })).toBeVisible()

  await page.getByText('Failed', { exact: true }).click()
  await expect(page).toHaveURL(/status=failed/)
  await expect(runs.getByRole('listitem')).toHaveCount(1)
  await page.getByText('Canceled', { exact: true }).click()
  await page.getByRole('button', { name: 'Clear filter' }).click()

  await page.getByRole('button', { name: 'History' }).click()
  const history = page.getByRole('dialog')
  await expect(history.getByRole('button', { pressed: true })).toContainText('current')
  // An earlier version is restored, after its changes are shown.
  await expect(history.getByRole('button', { name: 'Restore' })).toBeDisabled()
  await history.locator('[aria-pressed]').nth(1).click()
  await history.getByRole('button', { name: 'Restore' }).click()
  const restoring = page.getByRole('dialog', { name: /Restore the version of/ })
  await expect(restoring).toContainText('checkPreconditions')
  await fits(page, 'pipeline-restore')
  await restoring.getByRole('button', { name: 'Cancel' }).click()
  await history.locator('[aria-pressed]').nth(1).click()
  await history.getByRole('button', { name: 'Restore' }).click()
  await restoring.getByRole('button', { name: 'Restore this version' }).click()
  await expect(restoring).toBeHidden()
  await expect(page.getByText('Version restored')).toBeVisible()
  const [saved] = await server.ask<{ stages: { type: string }[] }[]>(
    'GET',
    `/applications/${app}/pipelineConfigs`,
  )
  expect(saved?.stages[0]?.type).toBe('checkPreconditions')
  await server.pipeline(app, 'Release', quick, { ...settings, ...saved, stages: quick })

  await page.getByRole('button', { name: 'Start' }).click()
  await page.getByRole('dialog').getByLabel('image').fill('shop:5')
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click()
  await expect(page).toHaveURL(/\/executions\//)
  const way = page.getByRole('banner').getByRole('listitem')
  await expect(way.nth(3)).toHaveText('#5')
  await way.nth(2).getByRole('link', { name: 'Release' }).click()
  await page.getByRole('link', { name: 'Edit' }).click()
  await expect(page).toHaveURL(/\/edit$/)

  await open(`/applications/${app}/pipelines/none`)
  await expect(page.getByText('This pipeline doesn’t exist')).toBeVisible()
})
