import type { Locator } from '@playwright/test'
import { expect, test, type Page } from './kit'

// Pipelines are made and changed as people do it.

const node = (page: Page, name: string) => page.locator('.react-flow__node').filter({ hasText: name })

// Draws a line from one place to another, once the graph stands still.
async function draw(page: Page, from: Locator, to: Locator): Promise<void> {
  let before = ''
  await expect(async () => {
    const now = JSON.stringify(await from.boundingBox())
    const still = now === before
    before = now
    expect(still).toBe(true)
  }).toPass()
  const [a, b] = [await from.boundingBox(), await to.boundingBox()]
  if (!a || !b) throw new Error('there is nothing to draw from or to')
  await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2)
  await page.mouse.down()
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 12 })
  await page.mouse.up()
}

async function addStage(page: Page, search: string, type: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByPlaceholder('Search: deploy').fill(search)
  // Others tell of it too: "Deploys manifests and waits ...".
  await dialog
    .getByRole('button', { name: new RegExp(`^${type}`) })
    .first()
    .click()
  await expect(dialog).toBeHidden()
}

test('a pipeline is made, drawn, saved and run', async ({ page, open, server }, info) => {
  const app = `drawn${info.retry}`
  await server.application(app)
  await open(`/applications/${app}/executions`)
  await page.getByRole('button', { name: 'New pipeline' }).first().click()
  await page.getByRole('dialog').getByLabel('Name').fill('Roll out')
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
  await expect(page).toHaveURL(/\/pipelines\/[^/]+\/edit$/)

  await page.getByRole('button', { name: 'Add the first stage' }).click()
  await addStage(page, 'wait', 'Wait')
  await page.getByRole('combobox', { name: 'Wait time' }).fill('1')
  await node(page, 'Wait').getByRole('button', { name: 'Add a stage after Wait' }).click()
  await addStage(page, 'evaluate', 'Evaluate variables')
  await page
    .getByRole('region', { name: /Stage Evaluate/ })
    .getByRole('combobox', { name: 'Name' })
    .fill('greeting')
  await page.getByLabel('Value').fill('hello ${ parameters.who }')
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)

  // A second start, drawn to the stage by hand; the way back is refused.
  await page.locator('.react-flow__pane').click({ position: { x: 10, y: 10 } })
  await page.getByRole('button', { name: 'Add stage', exact: true }).click()
  await addStage(page, 'wait', 'Wait')
  await page.getByRole('combobox', { name: 'Wait time' }).fill('0')
  await draw(
    page,
    node(page, 'Wait 2').locator('.react-flow__handle-right'),
    node(page, 'Evaluate variables').locator('.react-flow__handle-left'),
  )
  await expect(page.locator('.react-flow__edge')).toHaveCount(2)
  await draw(
    page,
    node(page, 'Evaluate variables').locator('.react-flow__handle-right'),
    node(page, 'Wait 2').locator('.react-flow__handle-left'),
  )
  await expect(page.locator('.react-flow__edge')).toHaveCount(2)

  // A parameter, by the settings.
  await page.locator('.react-flow__pane').click({ position: { x: 10, y: 10 } })
  await page.getByRole('button', { name: 'Parameters' }).click()
  await page.getByRole('button', { name: 'Add parameter' }).click()
  await page.getByPlaceholder('image').fill('who')
  await page.getByRole('combobox', { name: 'Default' }).fill('world')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText(/^Saved/).first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()

  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Start' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click()
  await expect(page).toHaveURL(/executions\/[0-9A-Z]{26}$/)
  const id = page.url().slice(-26)
  expect(await server.ended(id)).toBe('SUCCEEDED')
  const ended = await server.ask<{ stages: { type: string; outputs: { greeting?: string } }[] }>(
    'GET',
    `/pipelines/${id}`,
  )
  expect(ended.stages.find((s) => s.type === 'evaluateVariables')?.outputs.greeting).toBe('hello world')
})

type Config = {
  id: string
  stages: { name: string; refId: string; requisiteStageRefIds: string[]; strange?: string }[]
  description?: string
} & Record<string, unknown>

test('text and graph say the same, what is unknown is kept, and all is undone', async ({
  page,
  open,
  server,
}, info) => {
  const app = `written${info.retry}`
  await server.application(app)
  await server.pipeline(
    app,
    'As text',
    [{ refId: '1', type: 'wait', name: 'First', requisiteStageRefIds: [], waitTime: 1, strange: 'kept' }],
    { unknown: { field: [1] } },
  )
  const before = await server.ask<Config>('GET', `/applications/${app}/pipelineConfigs/As%20text`)
  await open(`/applications/${app}/pipelines/${before.id}/edit`)
  await node(page, 'First').click()
  await page.getByRole('region', { name: 'Stage First' }).getByLabel('Name').first().fill('Renamed')
  await expect(node(page, 'Renamed')).toBeVisible()
  await page.getByText('JSON and YAML').click()
  await expect(page.getByRole('textbox', { name: 'YAML' })).toContainText('name: Renamed')
  await expect(page.getByRole('textbox', { name: 'JSON' })).toContainText('"name": "Renamed"')
  await page.getByRole('textbox', { name: 'YAML' }).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('description: by hand: x')
  await expect(page.getByRole('alert').filter({ hasText: 'Can’t parse' })).toBeVisible()
  for (let i = 0; i < 3; i++) await page.keyboard.press('Backspace')
  await expect(page.getByRole('textbox', { name: 'JSON' })).toContainText('"description": "by hand"')
  await page.keyboard.press('Control+s')
  await expect(page.getByText(/^Saved/).first()).toBeVisible()
  const after = await server.ask<Config>('GET', `/applications/${app}/pipelineConfigs/As%20text`)
  expect(after).toMatchObject({
    id: before.id,
    unknown: { field: [1] },
    description: 'by hand',
    stages: [{ name: 'Renamed', strange: 'kept' }],
  })
})

test('two people at one pipeline lose nothing', async ({ page, open, server }, info) => {
  const app = `shared${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Shared', [
    { refId: '1', type: 'wait', name: 'First', requisiteStageRefIds: [], waitTime: 1 },
  ])
  const read = await server.ask<Config>('GET', `/applications/${app}/pipelineConfigs/Shared`)
  await open(`/applications/${app}/pipelines/${read.id}/edit`)
  await node(page, 'First').click()
  await page.getByRole('combobox', { name: 'Wait time' }).fill('77')
  await server.ask('POST', '/pipelines', { ...read, description: 'theirs' })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('Someone else saved this pipeline')).toBeVisible()
  await expect(dialog.getByText('description: theirs').first()).toBeVisible()
  await dialog.getByRole('button', { name: 'Use theirs' }).click()
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
  // What was given up is brought back, and saved over what is known by now.
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('combobox', { name: 'Wait time' })).toHaveValue('77')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText(/^Saved/).first()).toBeVisible()

  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'History' }).click()
  await expect(dialog.getByText('· current')).toBeVisible()
  await dialog.getByRole('button', { pressed: false }).nth(1).click()
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await expect(page.getByText('unsaved')).toBeVisible()

  await page.getByRole('link', { name: 'Overview' }).click()
  await expect(dialog.getByText('Leave without saving?')).toBeVisible()
  await dialog.getByRole('button', { name: 'Leave' }).click()
  await expect(page).toHaveURL(/shared\d$/)
})

test('a thousand stages are drawn as far as they are seen', async ({ page, open, server }, info) => {
  const app = `large${info.retry}`
  await server.application(app)
  const stages = Array.from({ length: 1000 }, (_, i) => ({
    refId: String(i + 1),
    type: 'wait',
    name: `Stage ${i + 1}`,
    waitTime: 1,
    requisiteStageRefIds: i < 10 ? [] : [String(i - 9)],
  }))
  await server.pipeline(app, 'Large', stages)
  const { id } = await server.ask<Config>('GET', `/applications/${app}/pipelineConfigs/Large`)
  await open(`/applications/${app}/pipelines/${id}/edit`)
  await expect(page.locator('.react-flow__node').first()).toBeVisible()
  expect(await page.locator('.react-flow__node').count()).toBeLessThan(250)
  await page.locator('.react-flow__node').first().click()
  await page
    .getByRole('region', { name: /^Stage/ })
    .getByLabel('Name')
    .first()
    .fill('Edited')
  await expect(node(page, 'Edited')).toBeVisible()
})
