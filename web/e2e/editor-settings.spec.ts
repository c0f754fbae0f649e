import { expect, test } from './kit'

// What a pipeline is told as a whole, and the order of an application's pipelines.

type Config = {
  id: string
  name: string
  disabled?: boolean
  locked?: { ui: boolean; description?: string }
  parameterConfig: { name: string; constraint?: string; conditional?: unknown }[]
  roles?: string[]
  triggers: Record<string, unknown>[]
}
const wait = { refId: '1', type: 'wait', name: 'Rest', requisiteStageRefIds: [], waitTime: 1 }

test('a pipeline is told what Deck tells it, is disabled and locked', async ({
  page,
  open,
  server,
}, info) => {
  const app = `told${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Told', [wait], {
    parameterConfig: [{ name: 'first' }, { name: 'second' }],
    triggers: [{ type: 'cron', enabled: false, cronExpression: '0 0 10 ? * MON-FRI' }],
  })
  const path = `/applications/${app}/pipelineConfigs/Told`
  const read = await server.ask<Config>('GET', path)
  await open(`/applications/${app}/pipelines/${read.id}/edit`)
  await page.getByRole('combobox', { name: 'Roles that can run it' }).fill('operators')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Parameters' }).click()
  await page.getByRole('button', { name: 'Move up' }).nth(1).click()
  await expect(page.getByPlaceholder('image').first()).toHaveValue('second')
  await page.getByRole('switch', { name: /^Date/ }).first().check()
  await page
    .getByRole('switch', { name: /^Ask only if/ })
    .nth(1)
    .check()
  await page.getByRole('button', { name: 'Triggers' }).click()
  await page.getByRole('combobox', { name: 'Run as' }).fill('deployer@example.com')
  await page.getByRole('button', { name: 'Add trigger' }).click()
  await page.getByRole('menuitem', { name: 'Webhook' }).click()
  await page.getByRole('combobox', { name: 'Source' }).fill('registry')
  await page.keyboard.press('Control+s')
  await expect(page.getByText(/^Saved/).first()).toBeVisible()
  expect(await server.ask<Config>('GET', path)).toMatchObject({
    roles: ['operators'],
    triggers: [{ runAsUser: 'deployer@example.com' }, { type: 'webhook', source: 'registry' }],
    parameterConfig: [
      { name: 'second', constraint: 'date' },
      { name: 'first', conditional: { parameter: 'second', comparator: '=' } },
    ],
  })

  const dialog = page.getByRole('dialog')
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name, exact: true }).click()
  }
  await choose('Disable')
  await expect(dialog.getByText('No trigger or person')).toBeVisible()
  await dialog.getByRole('button', { name: 'Disable' }).click()
  await expect(page.getByText('disabled', { exact: false }).first()).toBeVisible()
  await choose('Lock')
  await dialog.getByLabel('Reason (visible to others)').fill('release freeze')
  await dialog.getByRole('button', { name: 'Lock' }).click()
  await expect(page.getByText('release freeze')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Add stage', exact: true })).toBeDisabled()
  expect(await server.ask<Config>('GET', path)).toMatchObject({
    disabled: true,
    locked: { ui: true, description: 'release freeze' },
  })
  await choose('Unlock')
  await expect(page.getByText('release freeze')).toHaveCount(0)
})

test('pipelines are put in another order', async ({ page, open, server }, info) => {
  const app = `ordered${info.retry}`
  await server.application(app)
  for (const [index, name] of ['One', 'Two', 'Three'].entries())
    await server.pipeline(app, name, [wait], { index })
  await open(`/applications/${app}/executions?reorder=true`)
  await page.getByRole('button', { name: 'Move up: Three' }).click()
  await page.getByRole('button', { name: 'Move up: Three' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  expect(
    (await server.ask<Config[]>('GET', `/applications/${app}/pipelineConfigs`)).map((p) => p.name),
  ).toEqual(['Three', 'One', 'Two'])
})
