import { expect, test } from './kit'
import { accessible } from './looks'

// What the server doesn't act on yet says so, where it is edited and where it is listed.

test('triggers, notifications, and roles that do nothing yet carry a warning', async ({
  page,
  open,
  server,
}, info) => {
  const app = `idle${info.retry}`
  await server.application(app)
  await server.pipeline(
    app,
    'nightly',
    [{ refId: '1', type: 'wait', name: 'Wait', waitTime: 1, requisiteStageRefIds: [] }],
    {
      triggers: [{ type: 'jenkins', enabled: true, master: 'ci', job: 'web', id: 'c' }],
      notifications: [{ type: 'slack', level: 'pipeline', address: '#ops', when: ['pipeline.failed'] }],
    },
  )
  await open(`/applications/${app}/executions`)
  await expect(page.getByText('Trigger not supported yet')).toBeVisible()
  await page.screenshot({ path: 'screenshots/idle-trigger.png' })
  const [pipeline] = await server.ask<{ id: string }[]>('GET', `/applications/${app}/pipelineConfigs`)
  await open(`/applications/${app}/pipelines/${pipeline?.id ?? ''}/edit`)
  await page.getByRole('button', { name: /^Triggers/ }).click()
  await expect(page.getByText('This trigger doesn’t start runs.')).toBeVisible()
  await page.getByRole('button', { name: /^Notifications/ }).click()
  await expect(page.getByText('This notification isn’t sent.')).toBeVisible()
  await accessible(page)

  const problems = await server.ask<{ message: string }[]>('POST', '/pipelines/check', {
    name: 'nightly',
    application: app,
    stages: [],
    triggers: [{ type: 'jenkins', enabled: true, master: 'ci', job: 'web' }],
  })
  expect(problems.map((p) => p.message).join()).toContain("jenkins triggers aren't supported yet")

  await open(`/applications/${app}/settings`)
  await expect(page.getByText('Not enforced yet (no log-in). Everyone has access.').first()).toBeVisible()
  await expect(page.getByText('Not supported yet; saved for later.').first()).toBeVisible()
})

test('start times are never in the future, whatever this computer’s clock says', async ({
  page,
  open,
  server,
}, info) => {
  const app = `clock${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'wait', [
    { refId: '1', type: 'wait', name: 'Wait', waitTime: 1, requisiteStageRefIds: [] },
  ])
  const id = await server.start(app, 'wait')
  // Five minutes slow.
  await page.addInitScript(() => {
    const now = Date.now.bind(Date)
    Date.now = () => now() - 300_000
  })
  await open(`/applications/${app}/executions/${id}`)
  const started = page.locator('header time').first()
  await expect(started).toBeVisible()
  await expect(started).not.toContainText(/^in /)
  await expect(started).toContainText(/now|sec/)
})
