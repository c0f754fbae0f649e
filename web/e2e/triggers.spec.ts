import { expect, test } from './kit'
import { accessible, fits, looks } from './looks'

// A trigger is tried before it is saved, and tells afterwards what it started.

const wait = [{ refId: '1', type: 'wait', name: 'Wait', requisiteStageRefIds: [], waitTime: 0 }]

test('a trigger is tried before it is saved, and shows what it started', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `tried${info.retry}`
  const source = `ci${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Deploy', wait, {
    parameterConfig: [{ name: 'version', default: '1' }],
    triggers: [
      { type: 'webhook', enabled: true, source, payloadConstraints: { env: '^prod$' } },
      { type: 'cron', enabled: true, cronExpression: '0 0 3 * * ?', timezone: 'Asia/Tokyo' },
      { type: 'git', enabled: true, source: 'gitea', project: 'acme', slug: 'cart', branch: 'main' },
    ],
  })
  const hook = (body: Record<string, unknown>) =>
    server.ask<{ eventId: string }>('POST', `/webhooks/webhook/${source}`, body)
  await hook({ env: 'qa' })
  const configs = await server.ask<{ id: string }[]>('GET', `/applications/${app}/pipelineConfigs`)
  const id = configs[0]?.id ?? ''

  await open(`/applications/${app}/pipelines/${id}/edit`)
  await page.getByRole('button', { name: /^Triggers/ }).click()
  // Where to send what, and when it fires next.
  await expect(page.getByRole('textbox', { name: 'Webhook URL' }).first()).toHaveValue(
    `${server.base}/webhooks/webhook/${source}`,
  )
  await expect(page.getByRole('textbox', { name: 'Webhook URL' }).nth(1)).toHaveValue(
    `${server.base}/webhooks/git/gitea`,
  )
  await expect(page.getByText('Next runs (Asia/Tokyo):')).toBeVisible()
  await expect(page.getByText(/^\d{4}-\d\d-\d\d 03:00$/)).toHaveCount(5)

  // With an event that came.
  await page.getByRole('button', { name: 'Try it' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Try this trigger' })
  await dialog.getByRole('combobox', { name: 'A past event' }).click()
  await page.getByRole('option').filter({ hasText: source }).first().click()
  await dialog.getByRole('button', { name: 'Try it' }).click()
  await expect(dialog.getByText('Did not match')).toBeVisible()
  await expect(
    dialog.getByText('Payload field env: the trigger wants “^prod$”, and the event has “qa”.'),
  ).toBeVisible()
  await fits(page, 'trigger-try')

  // With a pasted payload: what the run would get.
  await dialog.getByText('A pasted payload').click()
  await dialog.getByLabel('Payload (JSON)').fill('{"env": "prod", "parameters": {"version": "7"}}')
  await dialog.getByRole('button', { name: 'Try it' }).click()
  await expect(dialog.getByText('Starts', { exact: true })).toBeVisible()
  await expect(dialog.getByText('version=7')).toBeVisible()
  await fits(page, 'trigger-try-starts')
  await dialog.getByLabel('Payload (JSON)').fill('[1]')
  await dialog.getByRole('button', { name: 'Try it' }).click()
  await expect(dialog.getByRole('alert')).toBeVisible()
  await accessible(page)
  await page.keyboard.press('Escape')

  // The pipeline's page: what each trigger started last, and when the schedule fires.
  await hook({ env: 'prod' })
  await open(`/applications/${app}/pipelines/${id}`)
  const triggers = page.getByRole('group', { name: 'Triggers' })
  const webhook = triggers.getByRole('listitem').filter({ hasText: source })
  await expect(webhook).toContainText('Last started a run')
  await expect(triggers.getByRole('listitem').filter({ hasText: 'Schedule' })).toContainText('Next:')
  await expect(triggers.getByRole('listitem').filter({ hasText: 'acme/cart' })).toContainText(
    'Has started no run yet',
  )
  await looks(page, 'pipeline-triggers', 'Deploy')
  await page.reload()
  await webhook.getByRole('link', { name: 'event' }).click()
  await expect(page.getByText('This event started 1 run.')).toBeVisible()
  await open(`/applications/${app}/pipelines`)
  await expect(page.getByRole('list', { name: 'Pipelines' }).getByText(/^Next:/)).toBeVisible()
  await looks(page, 'pipelines-next', 'Deploy')
})

test('forms of triggers have lists to choose from', async ({ page, open, server }, info) => {
  test.slow()
  const app = `listed${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Deploy', wait, {
    triggers: [
      { type: 'pubsub', enabled: true, pubsubSystem: 'google', subscriptionName: 'old' },
      { type: 'nexus', enabled: true },
      { type: 'artifactory', enabled: true },
      { type: 'helm/oci', enabled: true, account: 'hub', repository: 'charts/cart' },
      { type: 'helm', enabled: true, account: 'charts', chart: 'cart' },
    ],
  })
  const answers: Record<string, unknown> = {
    '/pubsub/subscriptions': [
      { pubsubSystem: 'kafka', subscriptionName: 'builds' },
      { pubsubSystem: 'google', subscriptionName: 'images' },
    ],
    '/nexus/names': ['jars'],
    '/artifactory/names': [],
    '/charts/find': [{ account: 'hub', repository: 'charts/cart' }],
    '/charts/tags': ['1.2.0', '1.1.0'],
    '/artifacts/account/charts/names': ['cart', 'mail'],
    '/artifacts/account/charts/versions': ['3.0.0', '2.0.0'],
  }
  await page.route(
    (url) => url.pathname in answers,
    (route) => route.fulfill({ json: answers[new URL(route.request().url()).pathname] }),
  )
  const configs = await server.ask<{ id: string }[]>('GET', `/applications/${app}/pipelineConfigs`)
  const id = configs[0]?.id ?? ''
  await open(`/applications/${app}/pipelines/${id}/edit`)
  await page.getByRole('button', { name: /^Triggers/ }).click()

  // A subscription, with its system.
  const subscription = page.getByRole('combobox', { name: 'Subscription that the server reads' })
  await expect(subscription).toHaveValue('')
  await subscription.click()
  await page.getByRole('option', { name: 'builds (Kafka)' }).click()
  await expect(page.getByRole('combobox', { name: 'Subscription', exact: true })).toHaveValue('builds')
  await expect(page.getByRole('combobox', { name: 'System' })).toHaveValue('Kafka')
  // Searches of the configuration, and that there are none.
  const search = page.getByRole('combobox', { name: 'Search', exact: true })
  await search.first().click()
  await page.getByRole('option', { name: 'jars' }).click()
  await expect(page.getByText('The server’s configuration has no search yet')).toBeVisible()
  // Charts, in a registry and in a repository.
  await expect(page.getByText('Tags of this image: 1.2.0, 1.1.0')).toBeVisible()
  await page.getByRole('combobox', { name: 'Chart', exact: true }).click()
  await expect(page.getByRole('option', { name: 'cart' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByText('Latest versions: 3.0.0, 2.0.0')).toBeVisible()

  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect
    .poll(() => server.ask('GET', `/applications/${app}/pipelineConfigs/Deploy`))
    .toMatchObject({
      triggers: [
        { type: 'pubsub', pubsubSystem: 'kafka', subscriptionName: 'builds' },
        { type: 'nexus', nexusSearchName: 'jars' },
        { type: 'artifactory' },
        { type: 'helm/oci', repository: 'charts/cart' },
        { type: 'helm', chart: 'cart' },
      ],
    })
  await expect(page.getByText('unsaved', { exact: true })).toBeHidden()
  await page.reload()
  await page.getByRole('button', { name: /^Triggers/ }).click()
  await expect(page.getByText('Latest versions: 3.0.0, 2.0.0')).toBeVisible()
  await fits(page, 'trigger-forms')
})
