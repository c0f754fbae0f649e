import { deployment, deploy } from './seed'
import { expect, test, type Page } from './kit'

// Manifests are edited and deployed as people do it.

const text = (page: Page) => page.getByRole('textbox', { name: 'Manifest' })

/** Replaces the text of the editor by hand. */
async function write(page: Page, change: (text: string) => string): Promise<void> {
  const now = (await text(page).locator('.cm-line').allInnerTexts())
    .map((line) => line.replace(/\n$/, ''))
    .join('\n')
  await text(page).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(change(now))
}

test('an object is edited: the cluster says what would come of it, and it is followed until it is done', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `edited${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Deploy', [deploy('1', app, [deployment(app, 'nginx:1.28', 1)])])
  expect(await server.ended(await server.start(app, 'Deploy'))).toBe('SUCCEEDED')
  await open(
    `/applications/${app}/infrastructure?in=sandbox&at=default&show=deployment%20${app}&tab=manifest`,
  )
  await page.getByRole('link', { name: 'Edit manifest' }).click()
  await expect(page.getByRole('heading', { name: `Edit ${app}` })).toBeVisible()
  await expect(text(page)).toContainText('image: nginx:1.28')
  await expect(text(page)).not.toContainText('managedFields')
  const apply = page.getByRole('button', { name: 'Apply' })
  await expect(apply).toBeDisabled()

  // What can't be changed is told in words, before anything is done.
  await write(page, (t) =>
    t
      .replace(`matchLabels:\n      app: ${app}`, 'matchLabels:\n      app: other')
      .replace(`labels:\n        app: ${app}`, 'labels:\n        app: other'),
  )
  await expect(
    page.getByRole('alert').filter({ hasText: 'can’t be changed on an existing object: spec.selector' }),
  ).toBeVisible()
  await expect(apply).toBeDisabled()
  await page.screenshot({ path: 'screenshots/manifest-refused.png' })
  // And so is a text that is broken.
  await write(page, (t) => `${t}\nx: y: z`)
  await expect(page.getByText('Invalid YAML').first()).toBeVisible()
  for (let i = 0; i < 2; i++) await page.keyboard.press('Control+z')
  await expect(text(page)).toContainText('image: nginx:1.28')

  await write(page, (t) => t.replace('nginx:1.28', 'nginx:1.29'))
  await expect(page.getByText('Valid (dry run)')).toBeVisible()
  await expect(page.getByText('its pods are replaced')).toBeVisible()
  await expect(page.getByRole('region', { name: `deployment ${app}` })).toContainText('nginx:1.29')
  await page.screenshot({ path: 'screenshots/manifest-planned.png' })
  await page.getByText('Your edits').click()
  await expect(page.getByText('image: nginx:1.29').last()).toBeVisible()

  // Somebody else is faster: nothing is overwritten unseen.
  await server.ask('POST', '/tasks', {
    application: app,
    description: 'Scale',
    job: [
      {
        type: 'scaleManifest',
        account: 'sandbox',
        cloudProvider: 'kubernetes',
        location: 'default',
        manifestName: `deployment ${app}`,
        mode: 'static',
        replicas: 2,
      },
    ],
  })
  await expect(page.getByText('Someone else changed this object')).toBeVisible()
  await expect(apply).toBeDisabled()
  await page.getByRole('button', { name: 'Show changes' }).click()
  await expect(page.getByRole('dialog').getByText('replicas: 2').first()).toBeVisible()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Overwrite with mine' }).click()
  await write(page, (t) => t.replace('replicas: 1', 'replicas: 2'))
  await apply.click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText(`Changes deployment ${app}`)).toBeVisible()
  await dialog.getByLabel('Reason (optional)').fill('a new nginx')
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(dialog.getByText('Deployed', { exact: true })).toBeVisible()
  await page.screenshot({ path: 'screenshots/manifest-applied.png' })
  await dialog.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(
    page
      .getByRole('dialog', { name: new RegExp(app) })
      .getByText('nginx:1.29')
      .first(),
  ).toBeVisible()
})

test('new objects are deployed from templates, and what is not applied is not lost unasked', async ({
  page,
  open,
  server,
}, info) => {
  const app = `made${info.retry}`
  await server.application(app)
  await open(`/applications/${app}/infrastructure`)
  await page.getByRole('link', { name: 'Deploy manifest' }).click()
  await page.getByRole('button', { name: 'Add from a template' }).click()
  await page.getByRole('menuitem', { name: 'Deployment' }).click()
  await write(page, (t) => t.replace('replicas: 2', 'replicas: 1'))
  await page.getByRole('button', { name: 'Add from a template' }).click()
  await page.getByRole('menuitem', { name: 'Service' }).click()
  await expect(page.getByRole('region', { name: `service ${app}` })).toBeVisible()
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click()
  await page.getByRole('button', { name: 'Deploy', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText(`Creates service ${app}`)).toBeVisible()
  await dialog.getByRole('button', { name: 'Deploy', exact: true }).click()
  await expect(dialog.getByText('Deployed', { exact: true })).toBeVisible()
  await dialog.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(page).toHaveURL(/show=(deployment|service)/)
  await expect(page.getByRole('link', { name: app, exact: true })).toHaveCount(2)
})
