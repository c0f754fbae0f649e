import { expect, test } from './kit'
import { fits, looks } from './looks'

// What the stages of an execution tell, each type in its own way.

const job = (name: string, annotations: Record<string, string>) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'default' },
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { annotations },
      spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'migrate' }] },
    },
  },
})

test('a job’s log is read while it runs, and kept when its pod is gone', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `logged${info.retry}`
  await server.application(app)
  const name = `${app}-migrate`
  const manifest = job(name, {
    'sandbox.gennaker.io/run-duration': '5s',
    'sandbox.gennaker.io/logs': 'begin\nmigrating customers\nmigrating orders\nend\n',
  })
  await server.pipeline(app, 'Migrate', [
    {
      refId: '1',
      type: 'runJobManifest',
      name: 'Migrate',
      requisiteStageRefIds: [],
      account: 'sandbox',
      credentials: 'sandbox',
      cloudProvider: 'kubernetes',
      alias: 'runJob',
      application: app,
      source: 'text',
      manifest,
    },
  ])
  const id = await server.start(app, 'Migrate')
  await open(`/applications/${app}/executions/${id}`)
  await page.getByRole('tab', { name: 'Log' }).click()
  await expect(page).toHaveURL(/tab=log/)
  const log = page.locator('pre[aria-label="Log"]').filter({ hasText: 'migrating orders' })
  await expect(log).toBeVisible()
  await page.getByLabel('Search the log').fill('MIGRATING')
  await expect(page.getByRole('status').filter({ hasText: '1/2' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: '2/2' })).toBeVisible()
  await expect(log.locator('mark[data-current]')).toHaveText('migrating')
  await fits(page, 'job-log')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toContain('migrate.log')

  expect(await server.ended(id)).toBe('SUCCEEDED')
  const ended = await server.ask<{ stages: { context: { jobStatus: { mostRecentPodName: string } } }[] }>(
    'GET',
    `/pipelines/${id}`,
  )
  const pod = ended.stages[0]?.context.jobStatus.mostRecentPodName ?? ''
  await server.ask('POST', '/tasks', {
    application: app,
    description: 'Delete the job',
    job: [
      {
        type: 'deleteManifest',
        account: 'sandbox',
        cloudProvider: 'kubernetes',
        location: 'default',
        manifestName: `job ${name}`,
        mode: 'static',
        options: { cascading: true },
      },
    ],
  })
  await expect(async () => {
    const answer = await fetch(
      `${server.base}/instances/sandbox/default/${encodeURIComponent(`pod ${pod}`)}/log?container=migrate`,
    )
    expect(answer.status).toBe(404)
  }).toPass()
  await open(`/applications/${app}/executions/${id}?tab=log`)
  await expect(page.getByText('The pod no longer exists.')).toBeVisible()
  await expect(log).toBeVisible()
})

type Outline = {
  status: string
  stages: { id: string; refId: string; status: string; parentStageId?: string }[]
}

test('each type of stage tells what it did', async ({ page, open, server }, info) => {
  test.slow()
  const app = `toldat${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Child', [
    { refId: '1', type: 'wait', name: 'A while', requisiteStageRefIds: [], waitTime: 0 },
  ])
  const { id: child } = await server.ask<{ id: string }>('GET', `/applications/${app}/pipelineConfigs/Child`)
  const pods = {
    metadata: { labels: { app }, annotations: { 'sandbox.gennaker.io/behavior': 'image-pull-error' } },
    spec: { containers: [{ name: 'web', image: 'nginx:nope' }] },
  }
  const broken = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app, namespace: 'default' },
    spec: { replicas: 1, selector: { matchLabels: { app } }, template: pods },
  }
  const of = (refId: string, type: string, name: string, more: object, after: string[] = []) => ({
    refId,
    type,
    name,
    requisiteStageRefIds: after,
    ...more,
  })
  const goesOn = { failPipeline: false, continuePipeline: true }
  await server.pipeline(app, 'Everything', [
    of('1', 'evaluateVariables', 'Names', {
      variables: [
        { key: 'version', value: '${ "1." + "2" }' },
        { key: 'wrong', value: '${ nothing.of.that }' },
      ],
    }),
    of('2', 'webhook', 'Tell', {
      url: 'http://127.0.0.1:9/?token=hush',
      method: 'POST',
      payload: { text: 'hello', password: 'hush' },
      customHeaders: { Authorization: 'hush' },
      ...goesOn,
    }),
    of('3', 'pipeline', 'Another', { application: app, pipeline: child, waitForCompletion: true, ...goesOn }),
    of('4', 'deployManifest', 'Deploy', {
      account: 'sandbox',
      cloudProvider: 'kubernetes',
      moniker: { app },
      source: 'text',
      manifests: [broken],
      failFastAfterSeconds: 0,
      comments: 'Looked at by everybody.',
      ...goesOn,
    }),
    of('5', 'wait', 'Long', { waitTime: 36000 }),
    of('6', 'manualJudgment', 'Well?', { instructions: 'Is it well?', propagateAuthenticationContext: true }),
  ])
  const id = await server.start(app, 'Everything')
  const stages = ['1', '2', '3', '4']
  const run = await server.until<Outline>(`/pipelines/${id}/outline`, (e) =>
    e.stages
      .filter((s) => stages.includes(s.refId) && !s.parentStageId)
      .every((s) => !['NOT_STARTED', 'RUNNING'].includes(s.status)),
  )
  const panel = page.getByRole('tabpanel')

  await open(`/applications/${app}/executions/${id}?stage=1`)
  await expect(panel.getByRole('region', { name: 'Variables' })).toContainText('1.2')
  await expect(panel.getByRole('region', { name: /could not be evaluated/ })).toContainText('nothing.of.that')

  await open(`/applications/${app}/executions/${id}?stage=2`)
  await expect(panel.getByRole('region', { name: 'Request and response' })).toContainText(
    'POST http://127.0.0.1:9/?token=x',
  )
  await expect(panel.getByText('hush')).toHaveCount(0)

  await open(`/applications/${app}/executions/${id}?stage=3`)
  await panel.getByRole('region', { name: 'Child run' }).getByRole('link', { name: /Child/ }).click()
  await expect(page.getByRole('navigation', { name: 'Parent runs' })).toContainText('Everything')

  await open(`/applications/${app}/executions/${id}?stage=4`)
  const failure = panel.getByRole('alert')
  await expect(failure).toContainText("can't get its image")
  await expect(failure).toContainText('Check the image’s name and tag')
  await expect(failure.getByRole('link', { name: 'Pod events' })).toBeVisible()
  await looks(page, 'stage-failed', /can't get its image/, true)
  await page
    .getByRole('link', { name: `deployment ${app}` })
    .first()
    .click()
  await expect(page).toHaveURL(/infrastructure\?/)

  await open(`/applications/${app}/executions/${id}?stage=5`)
  await expect(panel.getByRole('timer')).toContainText(/^9h 5\dm left|^10h/)
  const judgment = run.stages.find((s) => s.refId === '6')?.id ?? ''
  await server.ask('PATCH', `/pipelines/${id}/stages/${judgment}`, { judgmentStatus: 'continue' })
  await open(`/applications/${app}/executions/${id}?stage=6`)
  await expect(panel.getByRole('region', { name: 'Approval' })).toContainText('the approver')
  await server.ask('PUT', `/pipelines/${id}/cancel`)
})
