import { expect, test } from './kit'

// An application's settings, each part saved by itself.

test('settings are saved by part, nothing of others is overwritten, and what is unknown stays', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `settled${info.retry}`
  await server.application(app, { strange: { kept: [1] }, permissions: {} })
  await open(`/applications/${app}/settings`)
  const about = page.getByRole('region', { name: 'About' })
  await about.getByLabel('Aliases').fill('the shop')
  await about.getByLabel('Repository', { exact: true }).fill('shop')
  await about.getByRole('button', { name: 'Save' }).click()
  await expect(about.getByRole('button', { name: 'Save' })).toBeDisabled()

  const behaviour = page.getByRole('region', { name: 'Behavior' })
  await behaviour.getByLabel('Instance port').fill('8080')
  await behaviour.getByRole('switch', { name: 'Allow restarting stages while a run is active' }).click()
  await behaviour.getByRole('button', { name: 'Save' }).click()
  await expect(behaviour.getByRole('button', { name: 'Save' })).toBeDisabled()

  // Somebody else changes what is edited here.
  const banner = page.getByRole('region', { name: 'Banner' })
  await banner.getByRole('switch', { name: 'Show banner' }).click()
  await banner.getByLabel('Message').fill('Frozen until Monday')
  await server.ask('POST', '/tasks', {
    application: app,
    description: 'theirs',
    job: [
      {
        type: 'updateApplication',
        application: {
          name: app,
          customBanners: [{ text: 'Theirs', enabled: true, backgroundColor: 'var(--color-danger)' }],
        },
      },
    ],
  })
  await server.until<{ attributes: { customBanners?: unknown[] } }>(
    `/applications/${app}`,
    (a) => (a.attributes.customBanners?.length ?? 0) > 0,
  )
  await banner.getByRole('button', { name: 'Save' }).click()
  await expect(banner.getByRole('alert')).toContainText(
    'changed these fields after you opened the page: customBanners',
  )
  await banner.getByRole('button', { name: 'Keep mine' }).click()
  await banner.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('note')).toHaveText('Frozen until Monday')

  const features = page.getByRole('region', { name: 'Navigation' })
  await features.getByRole('switch', { name: 'Tasks' }).click()
  await features.getByRole('button', { name: 'Save' }).click()
  await expect(
    page.getByRole('navigation', { name: app }).getByRole('link', { name: 'Activity' }),
  ).toHaveCount(0)

  const links = page.getByRole('region', { name: 'Pod links' })
  await links.getByRole('button', { name: 'Add section' }).click()
  await links.getByLabel('Section', { exact: true }).fill('Logs')
  await links.getByLabel('Title', { exact: true }).fill('All logs')
  await links.getByLabel('Address', { exact: true }).fill('https://logs.example.com/?pod={{name}}')
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click()
  await links.getByRole('button', { name: 'Save' }).click()
  await expect(links.getByRole('button', { name: 'Save' })).toBeDisabled()

  const notifications = page.getByRole('region', { name: 'Notifications' })
  await notifications.getByRole('button', { name: /^Add/ }).click()
  await notifications.getByRole('combobox', { name: 'Address' }).fill('#shop')
  await notifications.getByRole('button', { name: 'Save' }).click()
  await expect(notifications.getByRole('button', { name: 'Save' })).toBeDisabled()

  const { attributes } = await server.ask<{ attributes: Record<string, unknown> }>(
    'GET',
    `/applications/${app}`,
  )
  expect(attributes).toMatchObject({
    strange: { kept: [1] },
    aliases: 'the shop',
    repoSlug: 'shop',
    instancePort: 8080,
    enableRestartRunningExecutions: true,
    dataSources: { disabled: ['tasks'] },
    instanceLinks: [
      { title: 'Logs', links: [{ title: 'All logs', path: 'https://logs.example.com/?pod={{name}}' }] },
    ],
    customBanners: [{ text: 'Frozen until Monday', enabled: true }],
  })
  expect(await server.ask('GET', `/notifications/application/${app}`)).toMatchObject({
    slack: [{ address: '#shop', level: 'application' }],
  })
})
