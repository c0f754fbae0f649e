import { deploy, deployment, service } from './seed'
import { expect, test } from './kit'
import { accessible, fits } from './looks'

// Rolling back a run: its target by name, what changes, done as one task.

const crashing = (app: string, image: string) => {
  const d = deployment(app, image, 1) as { spec: { template: { metadata: Record<string, unknown> } } }
  d.spec.template.metadata['annotations'] = { 'sandbox.gennaker.io/behavior': 'crash-loop' }
  return d as unknown as Record<string, unknown>
}

test('a run is rolled back to what was there before it, and forth, and never to what failed', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `back${info.retry}`
  await server.application(app)
  const runs: string[] = []
  for (const image of ['nginx:1.27', 'nginx:1.28']) {
    await server.pipeline(app, image, [deploy('1', app, [service(app), deployment(app, image, 1)])])
    const id = await server.start(app, image)
    runs.push(id)
    expect(await server.ended(id)).toBe('SUCCEEDED')
  }
  await server.pipeline(app, 'broken', [
    { ...deploy('1', app, [service(app), crashing(app, 'nginx:broken')]), failFastAfterSeconds: 1 },
  ])
  const broken = await server.start(app, 'broken')
  expect(await server.ended(broken)).toBe('TERMINAL')

  // The failure names its target, and shows what changes and what stays.
  await open(`/applications/${app}/executions/${broken}`)
  await page.getByRole('button', { name: 'Roll back to nginx:1.28 (revision 2)' }).click()
  const ask = page.getByRole('dialog', { name: 'Roll back Deploy' })
  await expect(ask.getByText('nginx:broken (revision 3) → nginx:1.28 (revision 2)')).toBeVisible()
  await expect(ask.getByLabel(`Changes to deployment ${app}`)).toContainText('+  - image: nginx:1.28')
  await expect(ask.getByRole('region', { name: `service ${app}` })).toContainText('not changed')
  await page.screenshot({ path: 'screenshots/rollback.png' })
  await accessible(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.screenshot({ path: 'screenshots/rollback-phone-dark.png' })
  await fits(page, 'rollback')
  await accessible(page)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1440, height: 900 })
  await ask.getByLabel('Reason (optional)').fill('it crashes')
  await ask.getByRole('button', { name: 'Roll back to nginx:1.28 (revision 2)' }).click()
  await expect(ask).toBeHidden()
  await expect(page.getByText('Already rolled back: nginx:1.28 (revision 4) is running.')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Return to/ })).toBeHidden()

  // The run before is replaced by the later one, until that is rolled back: then it is what runs.
  const second = runs[1] ?? ''
  const { stages } = await server.ask<{ stages: { id: string }[] }>('GET', `/pipelines/${second}`)
  await open(`/applications/${app}/executions/${second}?stage=${stages[0]?.id ?? ''}`)
  await page.getByRole('button', { name: 'Roll back to nginx:1.27 (revision 1)' }).click()
  await page
    .getByRole('dialog', { name: 'Roll back Deploy' })
    .getByRole('button', { name: 'Roll back to nginx:1.27 (revision 1)' })
    .click()
  await expect(page.getByText('Already rolled back: nginx:1.27 (revision 5) is running.')).toBeVisible()
  await page.getByRole('button', { name: 'Return to nginx:1.28 (revision 4)' }).click()
  await page
    .getByRole('dialog', { name: 'Return to what Deploy deployed' })
    .getByRole('button', { name: 'Return to nginx:1.28 (revision 4)' })
    .click()
  await expect(page.getByRole('button', { name: 'Roll back to nginx:1.27 (revision 5)' })).toBeVisible()

  // The first one is replaced, and a failure that was replaced says by what.
  const fixed = 'nginx:1.29'
  await server.pipeline(app, fixed, [deploy('1', app, [service(app), deployment(app, fixed, 1)])])
  expect(await server.ended(await server.start(app, fixed))).toBe('SUCCEEDED')
  await open(`/applications/${app}/executions/${broken}`)
  await expect(page.getByText('Replaced by a later run: nginx:1.29')).toBeVisible()

  // The workload's own dialog knows which revision failed.
  await open(`/applications/${app}/infrastructure?in=sandbox&at=default&show=deployment%20${app}&do=undo`)
  const undo = page.getByRole('dialog', { name: `Roll back: ${app}` })
  await undo.getByRole('combobox', { name: 'Roll back to revision' }).click()
  await expect(page.getByRole('option', { name: /nginx:broken.* · failed/ })).toBeVisible()
  await expect(page.getByRole('option', { name: /nginx:1.28.* · suggested/ })).toBeVisible()
})
