import { expect, test } from './kit'

// What the stages of an execution tell, each type in its own way.

const job = (name: string, annotations: Record<string, string>) => ({
  apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'default' },
  spec: { backoffLimit: 0, template: { metadata: { annotations }, spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'migrate' }] } } },
})

test('a job’s log is read while it runs, and kept when its pod is gone', async ({ page, open, server }, info) => {
  const app = `logged${info.retry}`
  await server.application(app)
  const name = `${app}-migrate`
  const manifest = job(name, { 'sandbox.gennaker.io/run-duration': '4s', 'sandbox.gennaker.io/logs': 'begin\nmigrating customers\nmigrating orders\nend\n' })
  await server.pipeline(app, 'Migrate', [{ refId: '1', type: 'runJobManifest', name: 'Migrate', requisiteStageRefIds: [], account: 'sandbox', credentials: 'sandbox', cloudProvider: 'kubernetes', alias: 'runJob', application: app, source: 'text', manifest }])
  const id = await server.start(app, 'Migrate')
  await open(`/applications/${app}/executions/${id}`)
  await page.getByRole('tab', { name: 'Log' }).click()
  await expect(page).toHaveURL(/tab=log/)
  const log = page.locator('pre[aria-label="Log"]').filter({ hasText: 'migrating orders' })
  await expect(log).toBeVisible()
  await page.getByLabel('Search in the log').fill('MIGRATING')
  await expect(page.getByRole('status').filter({ hasText: '1/2' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: '2/2' })).toBeVisible()
  await expect(log.locator('mark[data-current]')).toHaveText('migrating')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toContain('migrate.log')

  expect(await server.ended(id)).toBe('SUCCEEDED')
  const ended = await server.ask<{ stages: { context: { jobStatus: { mostRecentPodName: string } } }[] }>('GET', `/pipelines/${id}`)
  const pod = ended.stages[0]?.context.jobStatus.mostRecentPodName ?? ''
  await server.ask('POST', '/tasks', { application: app, description: 'Delete the job', job: [{ type: 'deleteManifest', account: 'sandbox', cloudProvider: 'kubernetes', location: 'default', manifestName: `job ${name}`, mode: 'static', options: { cascading: true } }] })
  await expect(async () => {
    const answer = await fetch(`${server.base}/instances/sandbox/default/${encodeURIComponent(`pod ${pod}`)}/log?container=migrate`)
    expect(answer.status).toBe(404)
  }).toPass()
  await open(`/applications/${app}/executions/${id}?tab=log`)
  await expect(page.getByText('The pod is gone from the cluster.')).toBeVisible()
  await expect(log).toBeVisible()
})
