import { expect, test } from './kit'

// Templates: made of a pipeline, changed, used, and left again.

type Config = {
  id: string
  type?: string
  template?: unknown
  variables?: Record<string, unknown>
  stages: { name: string; waitTime: unknown }[]
}

test('a pipeline becomes a template, another is made of it, and goes its own way', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `pattern${info.retry}`
  const id = `${app}-Roll-out`
  await server.application(app)
  await server.pipeline(app, 'Roll out', [
    { refId: '1', type: 'wait', name: 'Rest', requisiteStageRefIds: [], waitTime: 1 },
  ])
  const { id: pipeline } = await server.ask<Config>('GET', `/applications/${app}/pipelineConfigs/Roll%20out`)
  await open(`/applications/${app}/pipelines/${pipeline}/edit`)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Save as template' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('ID', { exact: true })).toHaveValue(id)
  await dialog.getByLabel('Owner').fill('me@example.com')
  await dialog.getByLabel('Description').fill('Rests')
  await dialog.getByRole('button', { name: 'Create template' }).click()
  await expect(page).toHaveURL(new RegExp(`/templates/${id}$`))

  // It is changed: a variable comes in.
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByRole('textbox', { name: 'Source' }).fill(
    JSON.stringify({
      schema: 'v2',
      id,
      metadata: { name: 'Roll out', description: 'Rests', owner: 'me@example.com', scopes: [app] },
      variables: [{ name: 'seconds', type: 'int' }],
      pipeline: {
        stages: [
          {
            refId: '1',
            type: 'wait',
            name: 'Rest',
            requisiteStageRefIds: [],
            waitTime: '${ templateVariables.seconds }',
          },
        ],
      },
    }),
  )
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(dialog.getByText('No pipeline uses this template')).toBeVisible()
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Template saved')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Variables' })).toContainText('seconds')

  await page.getByRole('button', { name: 'New pipeline from template' }).click()
  await expect(dialog.getByRole('button', { name: 'Create' })).toBeDisabled()
  await dialog.getByLabel('Pipeline name').fill('Made')
  await dialog.getByLabel('seconds').fill('7')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(page).toHaveURL(/\/edit$/)

  // Its values are edited, and what would be started is drawn.
  await expect(page.locator('.react-flow__node').filter({ hasText: 'Rest' })).toBeVisible()
  const seconds = page.getByLabel('seconds')
  await seconds.fill('')
  await expect(page.getByText(/Missing variable values/)).toBeVisible()
  await seconds.fill('9')
  await expect(page.getByText(/Missing variable values/)).toHaveCount(0)
  await page.locator('.react-flow__node').filter({ hasText: 'Rest' }).click()
  await expect(page.getByLabel('Wait time')).toHaveValue('9')
  await expect(page.getByLabel('Wait time')).toBeDisabled()
  await page.keyboard.press('Control+s')
  await expect(page.getByText(/^Saved/).first()).toBeVisible()
  const path = `/applications/${app}/pipelineConfigs/Made`
  expect(await server.ask<Config>('GET', path)).toMatchObject({
    type: 'templatedPipeline',
    variables: { seconds: 9 },
  })

  await page.locator('.react-flow__pane').click({ position: { x: 10, y: 10 } })
  await page.getByRole('button', { name: 'Detach from template' }).click()
  await dialog.getByRole('button', { name: 'Detach from template' }).click()
  await page.locator('.react-flow__node').filter({ hasText: 'Rest' }).click()
  await expect(page.getByLabel('Wait time')).toBeEnabled()
  await page.keyboard.press('Control+s')
  await expect.poll(async () => (await server.ask<Config>('GET', path)).template).toBeUndefined()
  expect(await server.ask<Config>('GET', path)).toMatchObject({ stages: [{ name: 'Rest', waitTime: 9 }] })

  await open(`/templates/${id}`)
  await page.getByRole('button', { name: 'Delete this version' }).click()
  await dialog.getByRole('button', { name: 'Delete this version' }).click()
  await expect(page.getByText('Template deleted')).toBeVisible()
})

test('a pipeline is made of a text', async ({ page, open, server }, info) => {
  const app = `imported${info.retry}`
  await server.application(app)
  await open(`/applications/${app}/executions?create=true`)
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Import', { exact: true }).click()
  await dialog
    .getByRole('textbox', { name: 'Pipeline as JSON or YAML' })
    .fill('name: From a file\nstages:\n  - type: wait\n    name: Rest\n    waitTime: 1\n')
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('From a file')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(page.locator('.react-flow__node').filter({ hasText: 'Rest' })).toBeVisible()
})
