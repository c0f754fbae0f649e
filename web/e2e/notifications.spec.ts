import { expect, test } from './kit'
import { accessible } from './looks'

// Who is told of what: the fields of each channel, and a test before anything is saved.

test('a notification has the fields of its channel, and is tested as it is', async ({
  page,
  open,
  server,
}, info) => {
  const app = `told${info.retry}`
  await server.application(app)
  // The server has no channel turned on: Slack is, for this page.
  await page.route(/\/notifications\/channels$/, async (route) => {
    const response = await route.fetch()
    const channels = (await response.json()) as { type: string; missing: string[] }[]
    await route.fulfill({ json: channels.map((c) => (c.type === 'slack' ? { ...c, missing: [] } : c)) })
  })
  const tested: unknown[] = []
  await page.route(/\/notifications\/test\//, async (route) => {
    tested.push(route.request().postDataJSON())
    if (tested.length > 1) return route.fulfill({ json: { sent: true } })
    return route.fulfill({
      status: 400,
      json: { status: 400, error: 'Bad Request', message: 'Slack answered channel_not_found' },
    })
  })
  await open(`/applications/${app}/settings`)
  const part = page.getByRole('region', { name: 'Notifications' })
  await part.getByRole('button', { name: 'Add notification' }).click()
  await part.getByRole('combobox', { name: 'Address' }).fill('#nowhere')
  await part.getByRole('button', { name: 'Send a test' }).click()
  await expect(part.getByText('channel_not_found')).toBeVisible()
  await part.getByRole('combobox', { name: 'Address' }).fill('#releases')
  await part.getByRole('button', { name: 'Send a test' }).click()
  await expect(part.getByText('Sent', { exact: true })).toBeVisible()
  await expect(part.getByText('channel_not_found')).toHaveCount(0)
  expect(tested[1]).toMatchObject({ type: 'slack', address: '#releases' })
  await accessible(page)

  // Another channel has other fields, and says what the server lacks for it.
  await part.getByRole('combobox', { name: 'Channel', exact: true }).click()
  await page.getByRole('option', { name: 'GitHub commit status' }).click()
  await expect(part.getByRole('combobox', { name: 'Repo' })).toBeVisible()
  await expect(part.getByText('github-status.enabled')).toBeVisible()
  await expect(part.getByRole('button', { name: 'Send a test' })).toBeDisabled()
})
