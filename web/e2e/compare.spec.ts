import { expect, test } from './kit'

// An execution that failed beside the last one that did not.

type Config = { id: string; stages: Record<string, unknown>[] } & Record<string, unknown>

test('what changed that may explain a failure comes first', async ({ page, open, server }, info) => {
  const app = `compared${info.retry}`
  await server.application(app)
  const check = (expression: string) => ({
    refId: '2',
    type: 'checkPreconditions',
    name: 'Is it well?',
    requisiteStageRefIds: ['1'],
    preconditions: [
      { type: 'expression', failPipeline: true, context: { expression, failureMessage: 'It is not well.' } },
    ],
  })
  const first = {
    refId: '1',
    type: 'evaluateVariables',
    name: 'Look',
    requisiteStageRefIds: [],
    variables: [{ key: 'image', value: '${parameters.image}' }],
  }
  await server.pipeline(app, 'Ship', [first, check('${1 == 1}')], {
    parameterConfig: [
      { name: 'image', default: 'nginx:1' },
      { name: 'zone', default: 'eu' },
    ],
  })
  const good = await server.start(app, 'Ship', {
    type: 'manual',
    parameters: { image: 'nginx:1', zone: 'eu' },
  })
  expect(await server.ended(good)).toBe('SUCCEEDED')
  const config = await server.ask<Config>('GET', `/applications/${app}/pipelineConfigs/Ship`)
  await server.ask('POST', '/pipelines', {
    ...config,
    stages: [
      first,
      check('${1 == 2}'),
      { refId: '3', type: 'wait', name: 'Later', requisiteStageRefIds: ['2'], waitTime: 0 },
    ],
  })
  const bad = await server.start(app, 'Ship', {
    type: 'manual',
    parameters: { image: 'nginx:2', zone: 'eu' },
  })
  expect(await server.ended(bad)).toBe('TERMINAL')

  await open(`/applications/${app}/executions/${bad}`)
  await page.getByRole('button', { name: 'Compare…' }).click()
  await expect(page).toHaveURL(new RegExp(`/executions/${bad}/compare$`))
  const why = page.getByRole('region', { name: 'Possible reasons for the failure' }).getByRole('listitem')
  await expect(why.nth(0)).toHaveText('The failed stage, Is it well?, was changed: preconditions')
  await expect(why.nth(1)).toContainText('Parameter image: nginx:1 → nginx:2')
  await expect(why.nth(2)).toHaveText('The stage Later is new')

  const parameters = page.getByRole('region', { name: 'Parameters' })
  await expect(parameters.getByText('zone')).toBeHidden()
  await page.getByRole('switch', { name: 'Show differences only' }).click()
  await expect(page).toHaveURL(/all=true/)
  await expect(parameters.getByText('zone')).toBeVisible()

  await page
    .getByRole('region', { name: 'Pipeline', exact: true })
    .getByRole('button', { name: /Is it well/ })
    .click()
  await expect(page.getByText('1 == 2').first()).toBeVisible()
  const stages = page.getByRole('region', { name: 'Stages' })
  await stages.getByRole('button', { name: 'Show difference: Look' }).click()
  await expect(stages.getByText('value: nginx:2').first()).toBeVisible()

  // Another one is chosen, and stands in the URL.
  const again = await server.start(app, 'Ship', {
    type: 'manual',
    parameters: { image: 'nginx:2', zone: 'us' },
  })
  await server.ended(again)
  await open(`/applications/${app}/executions/${again}/compare?with=${bad}`)
  await expect(page.getByRole('region', { name: 'Possible reasons for the difference' })).toContainText(
    'Parameter zone: eu → us',
  )
  await page.getByRole('combobox', { name: 'Run to compare with' }).click()
  await page.getByRole('option').last().click()
  await expect(page).toHaveURL(new RegExp(`with=${good}`))
})

test('a first execution has nothing to be compared with', async ({ page, open, server }, info) => {
  const app = `alone${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Once', [
    { refId: '1', type: 'wait', name: 'Wait', requisiteStageRefIds: [], waitTime: 0 },
  ])
  const id = await server.start(app, 'Once')
  await server.ended(id)
  await open(`/applications/${app}/executions/${id}/compare`)
  await expect(page.getByText('No run to compare with yet')).toBeVisible()
  await page.getByRole('link', { name: 'Back to the run' }).click()
  await expect(page).toHaveURL(new RegExp(`/executions/${id}$`))
})
