import { expect, test } from './kit'
import { looks } from './looks'

// Pipelines are started by hand, with all that may be given.

type Run = {
  trigger: {
    type: string
    branch?: string
    dryRun?: boolean
    parameters: Record<string, unknown>
    artifacts: { name: string; version: string }[]
  }
}

test('a pipeline is started with parameters, an artifact and a trigger, and again as before', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `started${info.retry}`
  await server.application(app)
  await server.pipeline(
    app,
    'Ship',
    [{ refId: '1', type: 'wait', name: 'Long', requisiteStageRefIds: [], waitTime: 3600 }],
    {
      limitConcurrent: true,
      keepWaitingPipelines: true,
      triggers: [
        { type: 'git', enabled: true, source: 'github', project: 'acme', slug: 'shop', branch: 'main' },
      ],
      parameterConfig: [
        {
          name: 'zone',
          label: 'Zone',
          default: 'eu',
          required: true,
          hasOptions: true,
          options: [{ value: 'eu' }, { value: 'us' }],
        },
        { name: 'count', label: 'How many', default: '3', constraint: 'number' },
        { name: 'notes', label: 'Notes', description: 'For others to read' },
        {
          name: 'why',
          label: 'Why abroad?',
          conditional: { parameter: 'zone', comparator: '==', comparatorValue: 'us' },
        },
      ],
      expectedArtifacts: [
        {
          id: 'web',
          displayName: 'Web image',
          matchArtifact: { type: 'docker/image', name: 'acme/web', artifactAccount: 'docker-registry' },
          useDefaultArtifact: true,
          defaultArtifact: {
            type: 'docker/image',
            name: 'acme/web',
            version: '1.0',
            reference: 'acme/web:1.0',
          },
        },
      ],
    },
  )
  await open(`/applications/${app}/executions?start=Ship&param.zone=us&param.notes=by%20link`)
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('Notes')).toHaveValue('by link')
  await expect(dialog.getByLabel('Why abroad?')).toBeVisible()
  await looks(page, 'start-all', 'Web image')
  await open(`/applications/${app}/executions?start=Ship&param.zone=us&param.notes=by%20link`)
  await dialog.getByLabel('How many').fill('many')
  await dialog.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(dialog.getByText('Enter a number')).toBeVisible()
  await dialog.getByLabel('How many').fill('5')
  await dialog.getByLabel('Why abroad?').fill('Closer')
  await dialog.getByLabel('Web image').fill('2.0')
  await dialog.getByRole('combobox', { name: 'Trigger' }).click()
  await page.getByRole('option', { name: /github/ }).click()
  await dialog.getByLabel('Branch').fill('next')
  await dialog.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(page).toHaveURL(/executions\/[0-9A-Z]{26}$/)
  const first = page.url().slice(-26)
  const run = await server.ask<Run>('GET', `/pipelines/${first}`)
  expect(run.trigger).toMatchObject({
    type: 'git',
    branch: 'next',
    parameters: { zone: 'us', count: '5', notes: 'by link', why: 'Closer' },
    artifacts: [{ name: 'acme/web', version: '2.0' }],
  })

  // What runs is told, what was given last is offered, and an earlier one is started again.
  await open(`/applications/${app}/executions?start=Ship`)
  await expect(dialog.getByRole('status')).toHaveText('1 run is active. This run waits for its turn.')
  await dialog.getByRole('button', { name: 'Use again' }).click()
  await expect(dialog.getByLabel('Why abroad?')).toHaveValue('Closer')
  await dialog.getByRole('combobox', { name: 'Use values from' }).click()
  await page.getByRole('option').first().click()
  await expect(page).toHaveURL(new RegExp(`like=${first}`))
  await expect(dialog.getByLabel('How many')).toHaveValue('5')
  await expect(dialog.getByLabel('Web image')).toHaveAttribute('placeholder', '2.0 (same as before)')
  await dialog.getByLabel('Dry run').click()
  await dialog.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(page).not.toHaveURL(new RegExp(`start=`))
  await expect(page).toHaveURL(/executions\/[0-9A-Z]{26}$/)
  const second = await server.ask<Run>('GET', `/pipelines/${page.url().slice(-26)}`)
  expect(second.trigger).toMatchObject({
    dryRun: true,
    parameters: { count: '5' },
    artifacts: [{ version: '2.0' }],
  })
  for (const id of [page.url().slice(-26), first]) await server.ask('PUT', `/pipelines/${id}/cancel`)
})
