import { expect, test } from './kit'
import { accessible, looks } from './looks'

// Accounts, from the first to the last that is done with one.

test('a cluster is tested before it is added, changed with its token kept, and removed', async ({
  page,
  open,
  server,
  account,
}) => {
  test.slow()
  await open('/accounts')
  await page.getByRole('button', { name: 'Add account' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add account' })
  await dialog.getByRole('button', { name: 'Kubernetes account' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused()
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(account)
  await dialog.getByText('Token', { exact: true }).click()
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog.getByText('Enter an address such as')).toBeVisible()
  await dialog.getByLabel('API server address').fill('https://127.0.0.1:1')
  await dialog.getByRole('textbox', { name: 'Token', exact: true }).fill('sesame')
  await dialog.getByRole('button', { name: 'Test connection' }).click()
  await expect(dialog.getByText('The test found problems.')).toBeVisible()
  await expect(dialog.getByRole('img', { name: 'Failed' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page).toHaveURL(new RegExp(`/accounts/${account}\\?added=true$`))
  await expect(page.getByText('Added in the web interface or with the API')).toBeVisible()

  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  const change = page.getByRole('dialog', { name: `Edit ${account}` })
  await change.getByRole('button', { name: 'Limits and permissions' }).click()
  await change.getByLabel('Environment').fill('staging')
  await change.getByLabel('Exclude namespaces').fill('kube-system')
  await page.keyboard.press('Enter')
  await change.getByLabel('Requests per second').fill('20')
  await change.getByRole('button', { name: 'Add kind' }).click()
  await change.getByLabel('Kind and group').fill('Certificate.cert-manager.io')
  await change.getByRole('button', { name: 'Save' }).click()
  await expect(change).toBeHidden()
  const [stored] = await server.ask<{ token: string; environment: string }[]>(
    'GET',
    '/credentials/type/kubernetes',
  )
  expect(stored).toMatchObject({
    token: '[hidden]',
    omitNamespaces: ['kube-system'],
    qps: 20,
    customResources: [{ kubernetesKind: 'Certificate.cert-manager.io' }],
    environment: 'staging',
    server: 'https://127.0.0.1:1',
  })
  await page.getByRole('link', { name: 'History' }).click()
  await expect(page.getByText('Added', { exact: true })).toBeVisible()
  await expect(page.getByText('staging')).toBeVisible()
  await looks(page, 'account-history', 'staging')
  await page.reload()

  await page.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('dialog').getByText('history is kept')).toBeVisible()
  await accessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page).toHaveURL(/\/accounts$/)
  await expect(page.getByRole('link', { name: 'sandbox' })).toBeVisible()
  await expect(page.getByRole('link', { name: account })).toHaveCount(0)
})

test('an agent is told how to come, and its token is shown once', async ({ page, open, account }) => {
  await open('/accounts?add=kubernetes')
  const dialog = page.getByRole('dialog', { name: 'Add account' })
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(account)
  await dialog.getByText('Agent', { exact: true }).click()
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page).toHaveURL(new RegExp(`/accounts/${account}\\?tab=agent$`))
  await expect(page.getByText('No agent connected')).toBeVisible()
  await expect(
    page.getByText(`gennaker agent token ${account} | gennaker agent manifest ${account}`),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Create token' }).click()
  await expect(page.getByText('It is shown only once.')).toBeVisible()
  await page.screenshot({ path: 'screenshots/account-agent.png', fullPage: true })
  await looks(page, 'account-agent', /No agent connected|没有已连接的代理/)
  await page.reload()
  await page.getByRole('button', { name: /^Revoke/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByText('No tokens yet')).toBeVisible()
})

test('a kubeconfig that would run a program is seen through before it is sent', async ({ page, open }) => {
  await open('/accounts?add=kubernetes')
  const dialog = page.getByRole('dialog', { name: 'Add account' })
  await dialog
    .getByLabel('Kubeconfig', { exact: true })
    .last()
    .fill(
      'apiVersion: v1\nkind: Config\ncontexts: [{name: east, context: {}}, {name: west, context: {}}]\ncurrent-context: west\nusers: [{name: me, user: {exec: {command: aws}}}]',
    )
  await expect(dialog.getByRole('alert')).toContainText(
    'The user me gets its credentials by running a program',
  )
  await dialog.getByRole('combobox', { name: 'Context (optional)' }).click()
  await page.getByRole('option', { name: 'east' }).click()
})

test('five thousand accounts and projects are as many lines as are seen', async ({ page, open }) => {
  await page.route('**/credentials?**', (route) =>
    route.fulfill({
      json: Array.from({ length: 5000 }, (_, i) => ({
        name: `cluster-${String(i).padStart(4, '0')}`,
        type: 'kubernetes',
      })),
    }),
  )
  await open('/accounts')
  await expect(page.getByRole('link', { name: 'cluster-0000' })).toBeVisible()
  expect(await page.getByRole('listitem').count()).toBeLessThan(80)
  await page.getByLabel('Filter by name, environment').fill('cluster-4321')
  await expect(page.getByRole('link', { name: 'cluster-4321' })).toBeVisible()
  await page.route(
    (url) => url.pathname === '/projects',
    (route) =>
      route.fulfill({
        json: Array.from({ length: 5000 }, (_, i) => ({
          id: String(i),
          name: `project-${String(i).padStart(4, '0')}`,
          email: 'a@example.com',
          config: { applications: [] },
        })),
      }),
  )
  await open('/projects')
  await expect(page.getByRole('link', { name: 'project-0000' })).toBeVisible()
  expect(await page.getByRole('listitem').count()).toBeLessThan(80)
  await page.getByLabel('Filter by name or application').fill('4321')
  await expect(page.getByRole('link', { name: 'project-4321' })).toBeVisible()
})

test('an account that can’t be reached says so by itself, with the reason', async ({
  page,
  open,
  server,
  account,
}) => {
  await server.ask('POST', '/credentials', {
    type: 'kubernetes',
    name: account,
    server: 'https://127.0.0.1:1',
    token: 'sesame',
  })
  try {
    await open('/accounts')
    await expect(page.getByText('Unreachable', { exact: true })).toBeVisible()
    await expect(page.getByText("https://127.0.0.1:1 can't be reached").first()).toBeVisible()
    await expect(page.getByText('Ready', { exact: true })).toBeVisible() // the sandbox
    await looks(page, 'accounts-unreachable', "can't be reached")
    await open(`/accounts/${account}`)
    const health = page.getByRole('region', { name: 'Health' })
    await expect(health.getByRole('img', { name: 'No', exact: true })).toHaveCount(2)
    await expect(health.getByText('not checked because the step connection failed')).toBeVisible()
    await looks(page, 'account-unreachable', "can't be reached")
  } finally {
    await server.ask('DELETE', `/credentials/${account}`)
  }
})

test('the connection of an account is tested step by step', async ({ page, open }) => {
  await open('/accounts/sandbox?tab=test')
  await page.getByRole('button', { name: 'Test connection' }).click()
  await expect(page.getByText('Connected. Pipelines can deploy to this cluster.')).toBeVisible()
  await expect(page.getByRole('img', { name: 'Passed' })).toHaveCount(5)
  await page.screenshot({ path: 'screenshots/account-tested.png' })
})
