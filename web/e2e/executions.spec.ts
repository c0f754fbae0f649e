import { expect, test } from './kit'
import { accessible, looks } from './looks'

// The list of an application's executions: grouped, filtered, folded.

test('executions are grouped, filtered and folded, and all of it is kept', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `listed${info.retry}`
  await server.application(app)
  const quick = [{ refId: '1', type: 'wait', name: 'Quick', requisiteStageRefIds: [], waitTime: 0 }]
  await server.pipeline(app, 'Ship', quick, {
    tags: [{ name: 'team', value: 'web' }],
    parameterConfig: [{ name: 'image', label: 'Image', pinned: true }, { name: 'other' }],
  })
  await server.pipeline(app, 'Ask', [
    { refId: '1', type: 'manualJudgment', name: 'Well?', requisiteStageRefIds: [] },
  ])
  const shipped = await server.start(app, 'Ship', {
    type: 'git',
    branch: 'main',
    hash: '0123456789ab',
    parameters: { image: 'nginx:1.29', other: 'x' },
  })
  await server.ended(shipped)
  await server.ended(await server.start(app, 'Ship', { type: 'manual', parameters: { image: 'nginx:1.30' } }))
  const asking = await server.start(app, 'Ask')
  await server.waits(asking)

  await open(`/applications/${app}/executions`)
  await expect(page.getByRole('link', { name: '#1 main@0123456' })).toBeVisible()
  await expect(page.getByText('nginx:1.29')).toBeVisible()
  await page.getByRole('button', { name: 'Collapse Ship' }).click()
  await expect(page.getByText('nginx:1.29')).toBeHidden()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Expand Ship' })).toBeVisible()
  await page.getByRole('button', { name: 'Expand Ship' }).click()

  await page.getByText('Waiting for approval', { exact: true }).first().click()
  await expect(page).toHaveURL(/status=waiting/)
  await expect(page.getByRole('heading', { name: 'Ship', exact: true })).toBeHidden()
  await expect(page.getByRole('heading', { name: 'Ask', exact: true })).toBeVisible()

  await open(`/applications/${app}/executions`)
  await page.getByRole('button', { name: 'More filters' }).click()
  await accessible(page)
  await page.getByRole('combobox', { name: 'Tag' }).click()
  await page.getByRole('option', { name: 'team: web' }).click()
  await expect(page.getByRole('heading', { name: 'Ask', exact: true })).toBeHidden()
  // The image is the run's title and a pinned parameter: its text is there twice while the row is.
  const second = page.getByRole('link', { name: '#2 nginx:1.30' })
  await expect(second).toBeVisible()
  await page.getByRole('combobox', { name: 'Trigger' }).click()
  await page.getByRole('option', { name: 'Commit' }).click()
  await expect(second).toBeHidden()
  await page.getByRole('switch', { name: 'Show stage durations' }).click()
  await expect(page).toHaveURL(/durations=true/)
  await expect(page.getByText('Quick', { exact: true })).toBeVisible()

  await open(`/applications/${app}/executions?group=time&durations=true`)
  await expect(page.getByRole('heading', { name: 'Active now' })).toBeVisible()
  await expect(page.getByRole('heading', { name: /Today|Yesterday/ }).first()).toBeVisible()
  await looks(page, 'executions-by-time', 'nginx:1.30')
  await server.ask('PUT', `/pipelines/${asking}/cancel`)
})
