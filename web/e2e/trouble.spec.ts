import { expect, test } from './kit'
import { accessible, fits } from './looks'
import { deploy, deployment } from './seed'

// What goes wrong is said early, and all of it.

type Json = Record<string, unknown>

/** A Deployment whose pods behave in a way of the sandbox. */
function behaving(name: string, behavior: string): Json {
  const made = deployment(name, 'nginx:1.29', 1) as { spec: { template: { metadata: Json } } } & Json
  made.spec.template.metadata['annotations'] = { 'sandbox.gennaker.io/behavior': behavior }
  return made
}

test('a run says early that what it waits for does not come up', async ({ page, open, server }, info) => {
  test.slow()
  const app = `stuck${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Ship', [
    { ...deploy('1', app, [behaving(`${app}-web`, 'crash-loop')]), failFastAfterSeconds: 3600 },
  ])
  const id = await server.start(app, 'Ship')
  await open(`/applications/${app}/executions/${id}`)
  // No reload: it is said as soon as the stage sees it.
  const said = page
    .getByRole('status')
    .filter({ hasText: `Waiting for deployment ${app}-web: CrashLoopBackOff` })
  await expect(said).toBeVisible()
  await expect(said).toContainText('crashes again and again')
  await expect(page.getByRole('group', { name: 'Graph' })).toContainText('CrashLoopBackOff')
  await expect(page.getByText('Waiting for healthy objects', { exact: true }).first()).toBeVisible()
  await fits(page, 'run-waiting')
  for (const path of [`/applications/${app}/executions`, `/runs?application=${app}`, '/']) {
    await open(path)
    await expect(
      page.getByRole('main').getByText(`Waiting for deployment ${app}-web: CrashLoopBackOff`).first(),
    ).toBeVisible()
  }
  await open(`/applications/${app}/pipelines`)
  await expect(page.getByRole('link', { name: '#1, Waiting for healthy objects' })).toBeVisible()
  await page.getByRole('link', { name: 'Ship', exact: true }).first().click()
  await expect(
    page.getByRole('main').getByText(`Waiting for deployment ${app}-web: CrashLoopBackOff`).first(),
  ).toBeVisible()
  // What has ended waits for nothing.
  await server.ask('PUT', `/pipelines/${id}/cancel?reason=test`)
  await expect(page.getByText(/Waiting for deployment/)).toHaveCount(0)
})

test('all that failed is explained, not only the first of it', async ({ page, open, server }, info) => {
  test.slow()
  const app = `broken${info.retry}`
  await server.application(app)
  const failing = (refId: string, name: string, objects: string[]) => ({
    ...deploy(
      refId,
      app,
      objects.map((o) => behaving(`${app}-${o}`, 'image-pull-error')),
      [],
      name,
    ),
    failFastAfterSeconds: 0,
    failPipeline: false,
    continuePipeline: false,
    completeOtherBranchesThenFail: true,
  })
  await server.pipeline(app, 'Ship', [
    failing('1', 'Deploy the shop', ['a', 'b', 'c', 'd', 'e', 'f', 'g']),
    failing('2', 'Deploy the stock', ['h']),
  ])
  const id = await server.start(app, 'Ship')
  await server.ended(id)
  await open(`/applications/${app}/executions/${id}`)
  const several = page.getByRole('region', { name: '2 stages failed' })
  await expect(several.getByRole('button')).toHaveCount(2)
  await expect(several.getByRole('button', { name: /Deploy the stock/ })).toContainText(
    `'deployment ${app}-h'`,
  )
  const box = page.getByRole('alert')
  const objects = box.getByRole('link', { name: /^deployment / })
  await expect(objects).toHaveCount(5)
  await expect(box.getByRole('link', { name: 'Pod log' })).toHaveCount(0)
  await accessible(page)
  await fits(page, 'run-failures')
  await box.getByRole('button', { name: 'Show 2 more' }).click()
  await expect(objects).toHaveCount(7)
  await several.getByRole('button', { name: /Deploy the stock/ }).click()
  await expect(page.getByRole('alert').getByRole('link', { name: `deployment ${app}-h` })).toBeVisible()

  // Its pod has no log, and says why.
  await page.getByRole('alert').getByRole('link', { name: /^Pod / }).first().click()
  const log = page.getByRole('tab', { name: 'Log' })
  await expect(log).toBeDisabled()
  await expect(log).toHaveAccessibleDescription(/no container has started.*can't get its image/)
})
