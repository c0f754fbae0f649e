import { expect, test } from './kit'
import { fits, looks } from './looks'

// What comes in and goes out, for operators.

test('operators see what can’t be delivered, and send it again', async ({ page, open }) => {
  const now = Date.now()
  let dead = ['m1', 'm2']
  await page.route(/\/outbox(\/m\d(\/retry)?)?$/, async (route) => {
    const request = route.request()
    const id = /m\d/.exec(request.url())?.[0]
    if (request.method() !== 'GET') {
      dead = dead.filter((one) => one !== id)
      return route.fulfill({ status: 200 })
    }
    return route.fulfill({
      json: dead.map((one) => ({
        id: one,
        kind: 'notification',
        topic: `slack: ${one}`,
        attempts: 3,
        error: 'send to Slack: it answered with the status 404: channel_not_found',
        createdAt: now - 3_600_000,
        endedAt: now - 60_000,
      })),
    })
  })
  await page.route(/\/outbox\/queue$/, (route) =>
    route.fulfill({
      json: [
        {
          id: 'w1',
          kind: 'rest',
          topic: 'orca:pipeline:failed to audit',
          attempts: 2,
          error: 'connection refused',
          createdAt: now - 60_000,
          nextAttempt: now + 120_000,
          heldUntil: 0,
        },
        {
          id: 'w2',
          kind: 'notification',
          topic: 'email: ops@example.com',
          attempts: 0,
          error: '',
          createdAt: now - 60_000,
          nextAttempt: now + 7_200_000,
          heldUntil: now + 7_200_000,
        },
      ],
    }),
  )
  await page.route(/\/triggers\/sources$/, (route) =>
    route.fulfill({
      json: [
        {
          kind: 'registry',
          name: 'docker/registry.example.com',
          ready: 'False',
          reason: 'Failed',
          message: '',
          error: 'the registry can’t be reached',
          lag: 420_000,
          lastSuccess: now - 420_000,
          lastAttempt: now - 4000,
          events: 3,
        },
        {
          kind: 'subscription',
          name: 'builds',
          ready: 'True',
          reason: 'Ready',
          message: '',
          error: '',
          lag: 0,
          lastSuccess: now - 2000,
          lastAttempt: now - 2000,
          events: 18,
        },
      ],
    }),
  )
  await open('/delivery')
  const sources = page.getByRole('region', { name: 'Event sources' })
  await expect(sources.getByRole('row', { name: /registry\.example\.com/ })).toContainText('7m 0s')
  await expect(sources.getByRole('row', { name: /registry\.example\.com/ })).toContainText(
    'The registry can’t be reached',
  )
  await expect(sources.getByRole('row', { name: /builds/ })).toContainText('Works')
  await expect(page.getByRole('row', { name: /ops@example\.com/ })).toContainText(
    'Held back by a quiet period until',
  )
  await looks(page, 'delivery', 'slack: m1')
  await page.reload()
  const messages = page.getByRole('region', { name: 'Undelivered messages' })
  await messages.getByRole('row', { name: /m1/ }).getByRole('button', { name: 'Send again' }).click()
  await expect(messages.getByRole('row', { name: /m1/ })).toBeHidden()
  await messages.getByRole('row', { name: /m2/ }).getByRole('button', { name: 'Delete' }).click()
  await fits(page, 'delivery-delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('Every message was delivered')).toBeVisible()
})

test('without sources, the page says how they come', async ({ page, open }) => {
  await page.route(/\/triggers\/sources$/, (route) => route.fulfill({ json: [] }))
  await open('/delivery')
  await looks(page, 'delivery-empty', /No event sources yet|还没有事件来源/)
})
