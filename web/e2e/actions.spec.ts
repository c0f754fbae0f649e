import { deploy, deployment, service } from './seed'
import { expect, test } from './kit'

// What is done to what runs, with what will come of it, followed to its end.

test('a workload is taken back to a revision that is chosen by what differs', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `undone${info.retry}`
  await server.application(app)
  for (const image of ['nginx:1.27', 'nginx:1.28', 'nginx:1.29']) {
    await server.pipeline(app, image, [deploy('1', app, [deployment(app, image, 1)])])
    expect(await server.ended(await server.start(app, image))).toBe('SUCCEEDED')
  }
  await open(`/applications/${app}/infrastructure?in=sandbox&at=default&show=deployment%20${app}`)
  const drawer = page.getByRole('dialog', { name: new RegExp(app) }).first()
  await drawer.getByRole('button', { name: 'Actions' }).click()
  await page.getByRole('menuitem', { name: 'Roll back' }).click()
  const ask = page.getByRole('dialog', { name: `Roll back: ${app}` })
  await expect(ask.getByText('Rolls back from revision 3 to 2')).toBeVisible()
  await ask.getByRole('combobox', { name: 'Roll back to revision' }).click()
  await page.getByRole('option', { name: /1 · nginx:1.27/ }).click()
  await expect(ask.getByText('Rolls back from revision 3 to 1')).toBeVisible()
  await expect(ask.getByText('image: nginx:1.27').first()).toBeVisible()
  await ask.getByLabel('Reason (optional)').fill('too new')
  await ask.getByRole('button', { name: 'Roll back' }).click()
  await expect(ask).toBeHidden()
  await expect(drawer.getByText('nginx:1.27')).toBeVisible()
  const [task] = await server.ask<{ variables: { key: string; value: unknown }[] }[]>(
    'GET',
    `/applications/${app}/tasks?limit=1`,
  )
  expect(task?.variables).toContainEqual({ key: 'reason', value: 'too new' })

  await drawer.getByRole('button', { name: 'Actions' }).click()
  await page.getByRole('menuitem', { name: 'Pause rollout' }).click()
  await page
    .getByRole('dialog', { name: /^Pause/ })
    .getByRole('button', { name: 'Pause rollout' })
    .click()
  await expect(drawer.getByText(/Rollout paused/).first()).toBeVisible()
  // What can't be done now says why, and what to do.
  await drawer.getByRole('button', { name: 'Actions' }).click()
  await page
    .getByRole('menuitem', { name: 'Rolling restart' })
    .or(page.getByRole('menuitem', { name: 'Restart' }))
    .click()
  const restart = page.getByRole('dialog', { name: /Restart/ })
  await restart.getByRole('button', { name: 'Restart' }).click()
  await expect(restart.getByRole('alert')).toContainText('resume its rollout first')
  await restart.getByRole('button', { name: 'Close' }).last().click()
})

test('a pod is ended, and a server group gets traffic and loses it', async ({ page, open, server }, info) => {
  const app = `traffic${info.retry}`
  await server.application(app)
  const group = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: app,
      namespace: 'default',
      annotations: { 'traffic.spinnaker.io/load-balancers': `["service ${app}"]` },
    },
    spec: {
      replicas: 2,
      selector: { matchLabels: { tier: app } },
      template: {
        metadata: { labels: { tier: app } },
        spec: { containers: [{ name: 'web', image: 'nginx:1.29' }] },
      },
    },
  }
  await server.pipeline(app, 'Deploy', [deploy('1', app, [service(app), group])])
  expect(await server.ended(await server.start(app, 'Deploy'))).toBe('SUCCEEDED')
  await open(
    `/applications/${app}/infrastructure?in=sandbox&at=default&show=replicaSet%20${app}-v000&do=disable`,
  )
  const ask = page.getByRole('dialog', { name: /^Disable/ })
  await expect(ask.getByText(`Load balancers: ${app}`)).toBeVisible()
  await ask.getByRole('button', { name: 'Disable' }).click()
  await expect(ask).toBeHidden()
  const drawer = page.getByRole('dialog', { name: new RegExp(app) }).first()
  await drawer.getByRole('button', { name: 'Actions' }).click()
  await page.getByRole('menuitem', { name: 'Attach to load balancers' }).click()
  const attach = page.getByRole('dialog', { name: /^Attach/ })
  await attach.getByRole('button', { name: 'Attach to load balancers' }).click()
  await expect(attach).toBeHidden()

  await drawer.getByRole('tab', { name: 'Related objects' }).click()
  const pod = drawer.getByRole('link', { name: new RegExp(`^${app}-v000-`) }).first()
  const name = await pod.innerText()
  await pod.click()
  await expect(page.getByRole('tab', { name: 'Log' })).toBeVisible()
  await page.getByRole('button', { name: 'Actions' }).click()
  await page.getByRole('menuitem', { name: 'Terminate' }).click()
  const end = page.getByRole('dialog', { name: /^Terminate/ })
  await expect(end.getByText(`ReplicaSet ${app}-v000 starts another one in its place`)).toBeVisible()
  await end.getByRole('button', { name: 'Options' }).click()
  await end.getByLabel('Grace period (seconds)').fill('0')
  await end.getByRole('button', { name: 'Terminate' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('link', { name: new RegExp(name) })).toHaveCount(0)
  await expect(page.getByRole('link', { name: /: Healthy$/ })).toHaveCount(2)
})
