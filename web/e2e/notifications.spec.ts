import { expect, test } from './kit'
import { accessible, fits } from './looks'

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

test('a notification is previewed, and has a quiet period', async ({ page, open, server }, info) => {
  const app = `quiet${info.retry}`
  await server.application(app)
  await open(`/applications/${app}/settings`)
  const part = page.getByRole('region', { name: 'Notifications' })
  await part.getByRole('button', { name: 'Add notification' }).click()
  await part.getByRole('combobox', { name: 'Address' }).fill('#releases')
  await part.getByRole('button', { name: 'Preview' }).click()
  const preview = part.getByRole('region', { name: 'Preview' })
  await expect(preview.getByRole('paragraph').filter({ hasText: 'pipeline has failed' })).toBeVisible()
  await expect(preview.getByText('made-up run')).toBeVisible()
  await preview.getByText('Message as it is sent').click()
  await expect(preview.getByText(/"channel": "#releases"/)).toBeVisible()

  // It is quiet all day but for an hour that isn't now.
  await part.getByRole('switch', { name: 'Quiet period' }).check()
  const hour = (new Date().getUTCHours() + 6) % 24
  const clock = (h: number) => `${String(h % 24).padStart(2, '0')}:00`
  await part.getByLabel('Time zone').fill('UTC')
  await part.getByLabel('From').fill(clock(hour + 1))
  await part.getByLabel('To', { exact: true }).fill(clock(hour))
  await expect(preview.getByText(/quiet period now/)).toBeVisible()
  await preview.scrollIntoViewIfNeeded()
  await fits(page, 'notification-preview')

  // A mail is shown as it looks, and runs nothing.
  await part.getByRole('combobox', { name: 'Channel', exact: true }).click()
  await page.getByRole('option', { name: 'Email' }).click()
  await part.getByRole('combobox', { name: 'Address' }).fill('ada@example.com')
  await expect(preview.getByText('To: ada@example.com')).toBeVisible()
  await expect(preview.getByTitle('Text of the email')).toHaveAttribute('srcdoc', /To see more details/)
  await part.getByRole('button', { name: 'Save' }).click()
  await server.until<object>(`/notifications/application/${app}`, (saved) =>
    JSON.stringify(saved).includes('quietPeriod'),
  )
})
