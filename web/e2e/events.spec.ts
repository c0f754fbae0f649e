import { expect, test } from './kit'
import { accessible, fits, looks } from './looks'
import type { Server } from './seed'

// What came in, and why it started pipelines or not.

const wait = [{ refId: '1', type: 'wait', name: 'Wait', requisiteStageRefIds: [], waitTime: 0 }]

const push = (repository: string, branch: string) => ({
  ref: `refs/heads/${branch}`,
  after: '9f2c1de7a0b34c5d6e7f8091a2b3c4d5e6f70812',
  repository: { name: repository, owner: { name: 'acme', login: 'acme' } },
  commits: [],
})

/** Sends a webhook as GitHub does. */
async function deliver(server: Server, body: object, delivery: string): Promise<void> {
  const answer = await fetch(`${server.base}/webhooks/git/github`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-GitHub-Event': 'push',
      'X-GitHub-Delivery': delivery,
    },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
}

test('events say why they started a pipeline or not', async ({ page, open, server }, info) => {
  test.slow()
  const app = `evented${info.retry}`
  const repository = `cart${info.retry}`
  const git = { type: 'git', enabled: true, source: 'github', project: 'acme', slug: repository }
  await server.application(app)
  await server.pipeline(app, 'Deploy', wait, { triggers: [{ ...git, branch: 'main' }] })
  await server.pipeline(app, 'Release', wait, { triggers: [{ ...git, branch: 'release/.*', secret: 'x' }] })
  await server.pipeline(app, 'Paused', wait, {
    triggers: [{ ...git, slug: `${repository}-docs`, enabled: false }],
  })
  await deliver(server, push(repository, 'main'), `one-${app}`)
  await deliver(server, push(repository, 'main'), `one-${app}`)

  await open('/')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Events' }).click()
  const row = page.getByRole('listitem').filter({ hasText: `acme/${repository} main` })
  await expect(row).toContainText('Started 1 run')
  await expect(row).toContainText('2 triggers checked')
  await expect(row).toContainText('Received 2 times')

  // What comes meanwhile is offered.
  await deliver(server, push(`${repository}-docs`, 'main'), `two-${app}`)
  await deliver(server, push(`${repository}s`, 'main'), `three-${app}`)
  await page.getByRole('button', { name: /^Show \d+ new events?$/ }).click()
  await expect(page.getByRole('listitem').filter({ hasText: `acme/${repository}-docs` })).toContainText(
    'No trigger listens',
  )

  // Filters are part of the URL.
  await page.getByLabel('Repository, branch, tag, source').fill(`${repository} MAIN`)
  await page.getByText('Started runs', { exact: true }).click()
  await expect(page).toHaveURL(/started=yes/)
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1)
  await looks(page, 'events', `acme/${repository} main`)
  await page.reload()
  await page.getByRole('combobox', { name: 'Event type' }).click()
  await page.getByRole('option', { name: 'Build' }).click()
  await expect(page.getByText('No events match')).toBeVisible()
  await accessible(page)
  await page.getByRole('button', { name: 'Clear filters' }).first().click()

  // Why: what started, and what the other trigger wanted.
  await row.getByRole('link').click()
  await expect(page.getByText('This event started 1 run.')).toBeVisible()
  await expect(page.getByText('2 times; only the first one counts')).toBeVisible()
  const release = page.getByRole('listitem').filter({ hasText: 'Release' })
  await expect(release).toContainText('Did not match')
  await expect(release).toContainText('Branch: the trigger wants “release/.*”, and the event has “main”.')
  await expect(release.getByRole('row', { name: /Branch release/ })).toBeVisible()
  await looks(page, 'event', /This event started 1 run|此事件启动了 1 次运行/)
  await page.reload()

  // A replay says what it starts.
  await page.getByRole('button', { name: 'Replay' }).click()
  const dialog = page.getByRole('dialog', { name: 'Replay this event?' })
  await expect(dialog).toContainText('It starts 1 run:')
  await expect(dialog.getByRole('listitem')).toHaveText(`${app} › Deploy`)
  await fits(page, 'event-replay')
  await dialog.getByRole('button', { name: 'Replay event' }).click()
  await expect(page.getByText('Replay of')).toBeVisible()
  await page.getByRole('link', { name: 'Open run' }).click()
  await expect(page.getByRole('heading', { name: 'Deploy #2' })).toBeVisible()

  // What nothing listens to: what nearly does.
  await open('/events')
  await page.getByRole('link', { name: `acme/${repository}-docs main` }).click()
  await expect(page.getByText('This event started no run, because no trigger listens to it.')).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Paused' })).toContainText(
    'The trigger is disabled.',
  )
  await open('/events')
  await page.getByRole('link', { name: `acme/${repository}s main` }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Deploy' })).toContainText(
    `Repository: the trigger wants “${repository}”, and the event has “${repository}s”.`,
  )
  await looks(page, 'event-near', /Triggers that come close|相近的触发器/)

  // In the application, and of one pipeline.
  await open(`/applications/${app}/events`)
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(2)
  await page.getByRole('combobox', { name: 'Pipeline' }).click()
  await page.getByRole('option', { name: 'Release' }).click()
  await expect(page).toHaveURL(/pipeline=/)
  await page.getByText('No runs', { exact: true }).click()
  await expect(page.getByText('No events match')).toBeVisible()
  await open(`/applications/${app}/events`)
  await looks(page, 'application-events', `acme/${repository} main`)
})

test('without events, the page says how to get one', async ({ page, open }) => {
  await page.route(/\/triggers\/events(\?|$)/, (route) => route.fulfill({ json: [] }))
  await open('/events')
  await expect(page.getByText(/curl -X POST/)).toBeVisible()
  await looks(page, 'events-empty', /No events yet|还没有事件/)
  await open('/events/none')
  await expect(page.getByText('Event not found')).toBeVisible()
})
