import { expect, test } from './kit'
import { accessible } from './looks'

test('a task is followed on its own page, canceled and deleted', async ({ page, open, server }, info) => {
  const app = `tasked${info.retry}`
  await server.application(app)
  const { ref } = await server.ask<{ ref: string }>('POST', '/tasks', {
    application: app,
    description: 'Wait for good weather',
    job: [{ type: 'wait', waitTime: 3600, reason: 'it rains' }],
  })
  await open(`/applications/${app}/tasks?status=active`)
  await page.getByRole('button', { name: /Wait for good weather/ }).click()
  await expect(page.getByText('it rains')).toBeVisible()
  await page.getByRole('link', { name: 'Open task' }).click()
  await expect(page).toHaveURL(new RegExp(`${ref}$`))
  await expect(page.getByRole('heading', { name: 'Wait for good weather' })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel task' }).click()
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Keep running' })).toBeVisible()
  await accessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel task' }).click()
  await expect(page.getByText('Canceled').first()).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page).toHaveURL(new RegExp(`/applications/${app}/tasks`))
  await expect(page.getByRole('button', { name: /Create Application/ })).toBeVisible()
  await expect(page.getByText('Wait for good weather')).toHaveCount(0)
  await page.getByLabel('Filter by name, user, or ID').fill('nothing like it')
  await expect(page.getByText('No match')).toBeVisible()
})

test('a task that fails says why', async ({ page, open, server }, info) => {
  const app = `failing${info.retry}`
  await server.application(app)
  const { ref } = await server.ask<{ ref: string }>('POST', '/tasks', {
    application: app,
    description: 'Scale what is not there',
    job: [
      {
        type: 'scaleManifest',
        account: 'sandbox',
        cloudProvider: 'kubernetes',
        location: 'default',
        manifestName: 'deployment nowhere',
        mode: 'static',
        replicas: 2,
      },
    ],
  })
  await open(ref)
  await expect(page.getByRole('alert')).toContainText('nowhere')
  await open('/tasks/01AAAAAAAAAAAAAAAAAAAAAAAA')
  await expect(page.getByText('Task not found')).toBeVisible()
})
