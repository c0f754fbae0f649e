import { expect, test } from './kit'

// Expressions are tried on an execution that has been.

test('an expression is tried on a run, and its value stands by its field', async ({
  page,
  open,
  server,
}, info) => {
  const app = `tried${info.retry}`
  await server.application(app)
  await server.pipeline(
    app,
    'Tried',
    [
      {
        refId: '1',
        type: 'evaluateVariables',
        name: 'Greet them',
        requisiteStageRefIds: [],
        variables: [{ key: 'greeting', value: 'hello ${ parameters.who }' }],
      },
      {
        refId: '2',
        type: 'wait',
        name: 'Rest',
        requisiteStageRefIds: ['1'],
        waitTime: '${ 1 + 1 }',
        comments: 'x',
      },
    ],
    { parameterConfig: [{ name: 'who', default: 'world' }] },
  )
  await server.ended(await server.start(app, 'Tried', { type: 'manual', parameters: { who: 'you' } }))
  const id = await server.start(app, 'Tried', { type: 'manual', parameters: { who: 'world' } })
  await server.ended(id)
  const { id: pipeline } = await server.ask<{ id: string }>(
    'GET',
    `/applications/${app}/pipelineConfigs/Tried`,
  )

  await open(`/applications/${app}/pipelines/${pipeline}/edit?stage=1`)
  const value = page.getByLabel('Value')
  await expect(page.getByText('= hello world')).toBeVisible()
  await value.fill('${ nobody }')
  await expect(page.getByText(/^Can’t evaluate/)).toBeVisible()
  // What the run has is offered while it is written.
  await page.locator('.react-flow__node').filter({ hasText: 'Rest' }).click()
  await page.getByRole('combobox', { name: 'Wait time' }).fill('${ gree')
  await page.getByRole('option', { name: 'greeting', exact: true }).click()
  await expect(page.getByRole('combobox', { name: 'Wait time' })).toHaveValue('${ greeting')

  await page.getByRole('button', { name: 'Try expressions' }).click()
  const drawer = page.getByRole('dialog')
  const text = drawer.getByRole('textbox', { name: 'Expression' })
  await text.fill("${ #stage('Greet them').outputs }")
  await expect(drawer.getByRole('region', { name: 'Value' })).toContainText('"greeting": "hello world"')
  await drawer.getByRole('combobox', { name: 'Run' }).click()
  await page.getByRole('option').nth(1).click()
  await expect(drawer.getByRole('region', { name: 'Value' })).toContainText('"greeting": "hello you"')
  await expect(page).toHaveURL(/run=/)
  await text.fill('${ nope( }')
  await expect(drawer.getByRole('alert').first()).toBeVisible()
})
