import { deploy, deployment } from './seed'
import { expect, test } from './kit'
import { accessible, looks } from './looks'

// What runs, as it is looked through and dealt with in numbers.

const row = (i: number) => {
  const name = `web${i % 50}`
  return {
    name: `replicaSet ${name}-v${String(Math.floor(i / 50)).padStart(3, '0')}`,
    account: i % 2 ? 'east' : 'west',
    region: ['prod', 'test'][(i % 50) % 2],
    cluster: `replicaSet ${name}`,
    type: 'kubernetes',
    cloudProvider: 'kubernetes',
    isDisabled: i % 10 === 0,
    moniker: {
      app: 'many',
      cluster: `replicaSet ${name}`,
      sequence: Math.floor(i / 50),
      stack: i % 3 ? 'blue' : 'green',
    },
    buildInfo: { images: [`nginx:1.${i % 30}`] },
    capacity: { desired: 2, pinned: false },
    instances: [0, 1].map((n) => ({
      id: `${i}-${n}`,
      name: `pod ${name}-${i}-${n}`,
      healthState: i % 100 === 7 && n === 0 ? 'Down' : 'Up',
      healthStatus:
        i % 100 === 7 && n === 0 ? { state: 'failed', reason: 'CrashLoopBackOff' } : { state: 'healthy' },
      health: [],
      availabilityZone: 'a',
    })),
    healthStatus: { state: i % 100 === 7 ? 'degraded' : 'healthy' },
    healthCounts: {
      total: 2,
      healthy: i % 100 === 7 ? 1 : 2,
      progressing: 0,
      degraded: 0,
      failed: i % 100 === 7 ? 1 : 0,
      suspended: 0,
      unknown: 0,
    },
    instanceCounts: {
      total: 2,
      up: i % 100 === 7 ? 1 : 2,
      down: i % 100 === 7 ? 1 : 0,
      unknown: 0,
      outOfService: 0,
      starting: 0,
    },
    loadBalancers: ['service web'],
    securityGroups: [],
    serverGroupManagers: [],
    labels: { tier: `t${i % 5}` },
    createdTime: 1_790_000_000_000 - i * 60_000,
  }
}

test('three thousand server groups are looked through, and chosen from by the keyboard', async ({
  page,
  open,
  server,
}, info) => {
  const app = `many${info.retry}`
  await server.application(app)
  await page.route(`**/applications/${app}/serverGroups`, (route) =>
    route.fulfill({ json: Array.from({ length: 3000 }, (_, i) => row(i)) }),
  )
  await open(`/applications/${app}/infrastructure`)
  await expect(page.getByRole('heading', { name: 'east' })).toBeVisible()
  expect(await page.getByRole('listitem').count()).toBeLessThan(80)
  await page.getByRole('button', { name: 'Filters' }).click()
  const filters = page.getByRole('dialog', { name: 'Filters' })
  await expect(filters.getByRole('combobox', { name: 'Labels' })).toBeVisible()
  await accessible(page)
  await filters.getByRole('combobox', { name: 'Status' }).click()
  await filters.getByRole('option', { name: /Degraded/ }).click()
  await expect(page).toHaveURL(/status=degraded/)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  const boxes = page.getByRole('checkbox', { name: /^Select web/ })
  await expect(boxes.nth(3)).toBeVisible()
  expect(await page.getByText('no traffic', { exact: true }).count()).toBe(0)
  await boxes.nth(0).focus()
  await page.keyboard.press('Space')
  await boxes.nth(3).focus()
  await page.keyboard.press('Shift+Space')
  await expect(page.getByRole('region', { name: '4 selected' })).toBeVisible()
  await expect(page).toHaveURL(/sel=/)
  await page.screenshot({ path: 'screenshots/clusters-chosen.png' })
  await page.getByRole('button', { name: 'Actions for selection' }).click()
  await page.getByRole('menuitem', { name: /Disable/ }).click()
  const ask = page.getByRole('dialog', { name: /^Disable/ })
  await expect(ask.getByRole('list').getByText('stops receiving traffic')).not.toHaveCount(0)
  await ask.getByRole('button', { name: 'Cancel' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('region', { name: /selected/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'Remove the filter degraded' }).click()
  await page.getByText('Instances', { exact: true }).click()
  await expect(page.getByText('Failed: CrashLoopBackOff').first()).toBeVisible()
  expect(await page.getByRole('listitem').count()).toBeLessThan(80)
})

test('three thousand objects are as many lines as are seen', async ({ page, open, server }, info) => {
  const app = `objects${info.retry}`
  await server.application(app)
  const kinds = ['configMap', 'secret', 'service', 'deployment']
  await page.route(`**/applications/${app}/rawResources`, (route) =>
    route.fulfill({
      json: Array.from({ length: 3000 }, (_, i) => ({
        name: `${kinds[i % 4] ?? ''} thing-${i}`,
        displayName: `thing-${i}`,
        kind: kinds[i % 4],
        apiVersion: 'v1',
        account: 'sandbox',
        region: 'default',
        labels: {},
        moniker: { app },
        cloudProvider: 'kubernetes',
      })),
    }),
  )
  await open(`/applications/${app}/infrastructure?kind=resources&type=secret`)
  await expect(page.getByText('thing-1', { exact: true })).toBeVisible()
  await expect(page.getByText('thing-0', { exact: true })).toHaveCount(0)
  expect(await page.getByRole('listitem').count()).toBeLessThan(80)
  await page.getByLabel('Filter by name, image, or namespace').fill('thing-2997')
  await expect(page.getByText('thing-2997', { exact: true })).toBeVisible()
})

test('several are scaled and deleted at once, each with what came of it', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `several${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Deploy', [
    deploy('1', app, [deployment(`${app}-a`, 'nginx:1.29', 1), deployment(`${app}-b`, 'nginx:1.29', 1)]),
  ])
  expect(await server.ended(await server.start(app, 'Deploy'))).toBe('SUCCEEDED')
  await open(`/applications/${app}/infrastructure`)
  const boxes = page.getByRole('checkbox', { name: new RegExp(`^Select ${app}`) })
  await expect(boxes).toHaveCount(2)
  await boxes.nth(0).click()
  await boxes.nth(1).click({ modifiers: ['Shift'] })
  await page.getByRole('button', { name: 'Actions for selection' }).click()
  await page.getByRole('menuitem', { name: /Scale/ }).click()
  const ask = page.getByRole('dialog', { name: 'Scale: 2' })
  await ask.getByLabel('Replicas').fill('2')
  await expect(ask.getByText('from 1 to 2')).toHaveCount(2)
  await ask.getByRole('button', { name: 'Scale' }).click()
  await expect(ask.getByText('2 of 2 done, 0 failed.')).toBeVisible()
  await accessible(page)
  await page.screenshot({ path: 'screenshots/bulk-done.png' })
  await ask.getByRole('button', { name: 'Close' }).last().click()
  await expect(page.getByRole('link', { name: /: Healthy$/ })).toHaveCount(4)

  await page.getByText('Instances', { exact: true }).click()
  await page
    .getByRole('checkbox', { name: new RegExp(`^Select ${app}`) })
    .first()
    .click()
  await page.getByRole('button', { name: 'Actions for selection' }).click()
  await page.getByRole('menuitem', { name: /Terminate/ }).click()
  await page
    .getByRole('dialog', { name: 'Terminate: 1 item' })
    .getByRole('button', { name: 'Terminate' })
    .click()
  await expect(page.getByText('1 of 1 done, 0 failed.')).toBeVisible()
})

test('an instance has a page of its own, with its links and what has deployed it', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `aloneat${info.retry}`
  await server.application(app, {
    instanceLinks: [
      { title: 'Elsewhere', links: [{ title: 'All logs', path: 'https://logs.example.com/?pod={{name}}' }] },
    ],
  })
  await server.pipeline(app, 'Deploy it', [deploy('1', app, [deployment(app, 'nginx:1.29', 1)])])
  expect(await server.ended(await server.start(app, 'Deploy it'))).toBe('SUCCEEDED')
  await open(`/applications/${app}/infrastructure?kind=instances`)
  await page.getByRole('link', { name: new RegExp(`^${app}-`) }).click()
  await page.getByRole('link', { name: 'Open as a full page' }).click()
  await expect(page).toHaveURL(/\/instances\/sandbox\/default\//)
  await expect(page.getByRole('link', { name: 'Deploy it' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'All logs' })).toHaveAttribute(
    'href',
    new RegExp(`pod=${app}-`),
  )
  await looks(page, 'instance', 'All logs')
  await page.reload()
  await page.getByRole('tab', { name: 'Log' }).click()
  await expect(page.getByText(`container web of pod default/${app}-`)).toBeVisible()
  await expect(page.getByRole('link', { name: 'Download' })).toHaveAttribute('href', /container=web/)
  await page.getByRole('tab', { name: 'Related objects' }).click()
  await page
    .getByRole('tabpanel', { name: 'Related objects' })
    .getByRole('link', { name: app, exact: true })
    .click()
  await expect(page).toHaveURL(new RegExp(`/applications/${app}/infrastructure.*show=deployment`))
  await open('/instances/sandbox/default/nobody')
  await expect(page.getByText('Instance nobody not found')).toBeVisible()
})
