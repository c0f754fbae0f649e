import { answer, deploy, deployment } from './seed'
import { expect, test } from './kit'

// What people come for, done as they do it.

test('an application is made, and found by its name', async ({ page, open }, info) => {
  const name = `checkout${info.retry || ''}`
  await open('/')
  await page.getByRole('link', { name: 'New application' }).click()
  // The page before it has a field "Filter by name" too.
  await expect(page).toHaveURL(/\/new$/)
  await page.getByRole('textbox', { name: 'Name' }).fill('bad name')
  await expect(page.getByText('Use only letters, digits')).toBeVisible()
  await page.getByRole('textbox', { name: 'Name' }).fill('Shop')
  await expect(page.getByText('An application with this name already exists')).toBeVisible()
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByLabel('Owner').fill('me@example.com')
  await page.keyboard.press('Enter')
  await page.getByRole('radio', { name: 'Nothing yet' }).click()
  await page.getByRole('button', { name: 'Create application' }).click()
  await expect(page).toHaveURL(new RegExp(`/applications/${name}$`))
  await expect(page).toHaveTitle(/^checkout/)
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Applications, pipelines').fill('nightly')
  await page.getByRole('button', { name: /Nightly/ }).click()
  await expect(page).toHaveURL(/shop\/pipelines\/[\w-]+$/)
  // Nothing has the name of an image's tag; the runs with it are a key away.
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Applications, pipelines').fill('7.77.7')
  await expect(page.getByRole('button', { name: 'Find runs with 7.77.7' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/runs\?q=/)
})

test('an application is described, and deleted by typing its name', async ({ page, open, server }, info) => {
  const app = `short-lived-${info.retry}`
  await server.application(app)
  await open(`/applications/${app}/settings`)
  await page.getByLabel('Description').fill('Gone soon')
  await page.getByRole('region', { name: 'About' }).getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('"description": "Gone soon"')).toBeVisible()
  await page.getByRole('button', { name: 'Delete application' }).click()
  const ask = page.getByRole('dialog')
  await expect(ask.getByRole('button', { name: 'Delete application' })).toBeDisabled()
  await ask.getByLabel(`Type ${app} to confirm`).fill(app)
  await ask.getByRole('button', { name: 'Delete application' }).click()
  await expect(page).toHaveURL(/\/ui\/$/)
  await expect(page.getByText('gateway', { exact: true })).toBeVisible()
  await expect(page.getByText(app, { exact: true })).toBeHidden()
})

test('a pipeline is started, judged, and followed to its end', async ({ page, open, server }) => {
  await open('/applications/shop/executions')
  await page.getByRole('button', { name: 'Start Deploy to production' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Image').fill('')
  await dialog.getByRole('button', { name: 'Start' }).click()
  await expect(dialog.getByText('Required')).toBeVisible()
  await dialog.getByLabel('Image').fill('nginx:1.27')
  await dialog.getByRole('button', { name: 'Start' }).click()
  await expect(page).toHaveURL(/executions\/[0-9A-Z]{26}$/)
  const panel = page.getByRole('region', { name: 'Release to everybody?' })
  await expect(panel.getByText('Is it below')).toBeVisible()
  await expect(panel.getByRole('button', { name: 'Continue' })).toBeDisabled()
  await panel.getByRole('combobox', { name: 'Select an option' }).click()
  await page.getByRole('option', { name: 'Europe only' }).click()
  await panel.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('Succeeded').first()).toBeVisible()
  const id = page.url().slice(-26)
  expect(await server.ended(id)).toBe('SUCCEEDED')
})

test('a failure says what to do, and the stage can be run again', async ({ page, open, seeded }) => {
  await open(`/executions/${seeded.failed}`)
  await expect(page).toHaveURL(new RegExp(`/applications/shop/executions/${seeded.failed}$`))
  await expect(page.getByRole('alert')).toContainText('Nobody is on call: add somebody to the rota')
  await page.getByRole('button', { name: 'Restart from here' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restart from here' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('alert')).toContainText('Nobody is on call')
})

test('executions come and go without a reload', async ({ page, open, server }, info) => {
  const app = `lively${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Long haul', [
    { refId: '1', type: 'wait', name: 'Overnight run', requisiteStageRefIds: [], waitTime: 36000 },
  ])
  await open(`/applications/${app}/executions`)
  await expect(page.getByRole('heading', { name: 'Long haul' })).toBeVisible()
  await expect(page.getByRole('link', { name: / Running$/ })).toHaveCount(0)
  const id = await server.start(app, 'Long haul')
  await expect(page.getByRole('link', { name: / Running$/ })).toHaveCount(1)
  await server.ask('PUT', `/pipelines/${id}/cancel?reason=test`)
  await expect(page.getByRole('link', { name: / Canceled$/ })).toHaveCount(1)
  await server.ask('DELETE', `/pipelines/${id}`)
  await expect(page.getByRole('link', { name: / Canceled$/ })).toHaveCount(0)
})

test('pods are seen as they come', async ({ page, open, server }, info) => {
  test.slow()
  const app = `grown${info.retry}`
  const up = page.getByRole('link', { name: new RegExp(`${app}-.*: Healthy`) })
  await server.application(app)
  await server.pipeline(app, 'Deploy', [deploy('1', app, [deployment(app, 'nginx:1.29', 2)])])
  expect(await server.ended(await server.start(app, 'Deploy'))).toBe('SUCCEEDED')
  await open(`/applications/${app}/infrastructure`)
  await expect(up).toHaveCount(2)
  await server.pipeline(app, 'Scale', [
    {
      refId: '1',
      type: 'scaleManifest',
      name: 'Scale',
      requisiteStageRefIds: [],
      account: 'sandbox',
      cloudProvider: 'kubernetes',
      location: 'default',
      manifestName: `deployment ${app}`,
      mode: 'static',
      replicas: 5,
    },
  ])
  await server.start(app, 'Scale')
  await expect(up).toHaveCount(5)
})

test('a deployment is scaled from its page, which says what will come of it', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `shrunk${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Deploy', [deploy('1', app, [deployment(app, 'nginx:1.29', 4)])])
  expect(await server.ended(await server.start(app, 'Deploy'))).toBe('SUCCEEDED')
  await open(`/applications/${app}/infrastructure?in=sandbox&at=default&show=deployment%20${app}`)
  const drawer = page.getByRole('dialog', { name: new RegExp(app) })
  await drawer.getByRole('button', { name: 'Actions' }).click()
  await page.getByRole('menuitem', { name: 'Scale' }).click()
  const ask = page.getByRole('dialog', { name: `Scale: ${app}` })
  await ask.getByLabel('Replicas').fill('2')
  await expect(ask.getByText('From 4 to 2: stops 2 pods')).toBeVisible()
  await ask.getByRole('button', { name: 'Scale' }).click()
  await expect(ask).toBeHidden()
  await expect(drawer.getByText('2 / 2')).toBeVisible()
  await drawer.getByRole('tab', { name: 'Related objects' }).click()
  await drawer
    .getByRole('link', { name: new RegExp(`^${app}-`) })
    .last()
    .click()
  await page.getByRole('tab', { name: 'Log' }).click()
  await expect(page.getByText(`container web of pod default/${app}-`)).toBeVisible()
})

test('a lost server is told, and found again', async ({ page, open, context }) => {
  await open('/?q=shop')
  await expect(page.getByRole('link', { name: 'shop', exact: true })).toBeVisible()
  await context.setOffline(true)
  await page.getByRole('link', { name: 'shop', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Connection lost.' })).toBeVisible()
  await context.setOffline(false)
  await expect(page.getByText('Connection lost.')).toBeHidden()
  await expect(page.getByRole('heading', { name: 'Running versions' })).toBeVisible()
})

test('answers from elsewhere are seen at once', async ({ page, open, server }, info) => {
  const app = `askedat${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Ask', [
    { refId: '1', type: 'manualJudgment', name: `Release ${app}?`, requisiteStageRefIds: [] },
  ])
  const id = await server.start(app, 'Ask')
  await server.waits(id)
  await open('/')
  const card = page.getByRole('article', { name: `Release ${app}?` })
  await expect(card).toBeVisible()
  await answer(server, id, 'stop')
  await expect(card).toHaveCount(0)
})

test('the keyboard is enough', async ({ page, open }) => {
  await open('/applications/shop/executions')
  await expect(page.getByRole('heading', { name: 'Nightly' })).toBeVisible()
  await page.keyboard.press('/')
  const search = page.getByPlaceholder('Applications, pipelines')
  await expect(search).toBeFocused()
  await page.keyboard.type('billing')
  await expect(search).toHaveValue('billing')
  await expect(page.getByRole('button', { name: /billing@example/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/applications\/billing$/)
})
