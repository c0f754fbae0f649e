import { expect, test, type Page } from './kit'
import { accessible, fits, looks } from './looks'
import { Server } from './seed'
import { world, type World } from './newcomer'

// A newcomer's first ten minutes, from an empty installation: a cluster, an
// application deployed, broken on purpose, understood, and rolled back.

let here: World
test.beforeAll(async () => {
  here = await world()
})
test.afterAll(async () => {
  await here.end()
})

/** The cluster as an account, where no test has added it. */
async function connected(): Promise<void> {
  const server = new Server(here.base)
  const accounts = await server.ask<{ name: string }[]>('GET', '/credentials')
  if (!accounts.some((a) => a.name === 'sandbox'))
    await server.ask('POST', '/credentials', {
      type: 'kubernetes',
      name: 'sandbox',
      kubeconfigContents: here.kubeconfig,
    })
}

const name = (base: string, retry: number) => `${base}${retry || ''}`
const next = (page: Page) => page.getByRole('button', { name: 'Continue' }).click()

/** The first step, by keyboard alone. */
async function called(page: Page, app: string): Promise<void> {
  await page.goto(`${here.base}/ui/new`)
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused()
  await page.keyboard.type(app)
  await page.keyboard.press('Tab')
  await page.keyboard.type('me@example.com')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('radio', { name: 'Container image' })).toBeFocused()
}

async function deployed(page: Page, app: string): Promise<void> {
  await expect(page.getByText('Pipeline is valid')).toBeVisible()
  await page.getByRole('button', { name: 'Create and deploy' }).click()
  await expect(page).toHaveURL(new RegExp(`/applications/${app}/executions/[0-9A-Z]{26}$`))
  await expect(page.getByText('Succeeded').first()).toBeVisible()
}

test('the first application is deployed, broken, understood, and rolled back', async ({ page }, info) => {
  test.slow()
  const app = name('hello', info.retry)
  await page.goto(`${here.base}/ui/`)
  await expect(page.getByText('Get started')).toBeVisible()
  await page.screenshot({ path: 'screenshots/first-steps.png' })
  await page.goto(`${here.base}/ui/new?step=where`)
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeVisible()
  await page.goto(`${here.base}/ui/`)
  await page.getByRole('link', { name: 'Add a cluster' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add account' })
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('sandbox')
  await dialog.getByRole('textbox', { name: 'Kubeconfig' }).fill(here.kubeconfig)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByText('Ready', { exact: true }).first()).toBeVisible()
  await page.getByRole('link', { name: 'Gennaker' }).click()
  await expect(page.getByText('1 cluster connected')).toBeVisible()
  await called(page, app)
  await page.keyboard.press('Tab')
  await page.getByRole('textbox', { name: 'Image', exact: true }).fill('nginx:1.29')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('combobox', { name: 'Cluster' })).toHaveValue('sandbox')
  await next(page)
  await expect(page.getByText(`${app} deployment`)).toBeVisible()
  await deployed(page, app)

  // The overview shows where it runs.
  await page.getByRole('link', { name: 'Overview' }).click()
  await expect(page.getByRole('region', { name: 'Running versions' })).toContainText('2/2')
  await expect(page.getByRole('region', { name: 'Running versions' })).toContainText('nginx:1.29')

  // Broken on purpose, and understood.
  await page.getByRole('link', { name: 'Deploy', exact: true }).first().click()
  await page.getByRole('button', { name: 'Run again' }).first().click()
  const start = page.getByRole('dialog')
  await start.getByRole('textbox', { name: 'Tag' }).fill('does-not-exist')
  await start.getByRole('button', { name: 'Start' }).click()
  const trouble = page
    .getByRole('tabpanel', { name: 'Summary' })
    .getByRole('status')
    .filter({ hasText: 'ImagePullBackOff' })
  await expect(trouble).toContainText('can\'t get its image "nginx:does-not-exist"')
  await expect(trouble).toContainText('Check the image’s name and tag')
  await page.screenshot({ path: 'screenshots/newcomer-trouble.png' })
  await page.getByRole('button', { name: 'Cancel' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel run' }).click()
  await expect(page.getByText('Canceled', { exact: true }).first()).toBeVisible()
  await page.getByRole('link', { name: /^Pod hello/ }).click()
  await expect(page.getByRole('dialog').getByText('nginx:does-not-exist').first()).toBeVisible()
  await page.goBack()

  // And back, in two clicks.
  const back = 'Roll back to nginx:1.29 (revision 1)'
  await page.getByRole('button', { name: back }).click()
  const undo = page.getByRole('dialog', { name: /^Roll back/ })
  await expect(undo.getByText('nginx:does-not-exist (revision 2) → nginx:1.29 (revision 1)')).toBeVisible()
  await undo.getByRole('button', { name: back }).click()
  await expect(undo).toBeHidden()
  await page.goto(`${here.base}/ui/applications/${app}`)
  await expect(page.getByRole('region', { name: 'Running versions' })).toContainText('2/2')
  await expect(page.getByRole('region', { name: 'Running versions' })).not.toContainText('does-not-exist')
})

test('manifests are deployed from a Git repository', async ({ page }, info) => {
  await connected()
  const app = name('parcel', info.retry)
  await called(page, app)
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('radio', { name: 'Repository', exact: true })).toBeChecked()
  await page.getByRole('textbox', { name: 'Repository URL' }).fill(here.git)
  await page.getByRole('textbox', { name: 'Path' }).fill('nowhere')
  await next(page)
  await next(page)
  await expect(page.getByText('the repository has no nowhere in this version')).toBeVisible()
  await page.getByRole('link', { name: 'What to deploy' }).click()
  await page.getByRole('textbox', { name: 'Path' }).fill('deploy')
  await next(page)
  await next(page)
  await expect(page.getByText('parcel service')).toBeVisible()
  await deployed(page, app)
  const { stages, parameterConfig } = await new Server(here.base).ask<{
    stages: object[]
    parameterConfig: object[]
  }>('GET', `/applications/${app}/pipelineConfigs/Deploy`)
  expect(stages).toMatchObject([
    {
      source: 'artifact',
      manifestArtifact: {
        type: 'git/repo',
        artifactAccount: 'no-auth-git-account',
        reference: here.git,
        version: '${parameters.branch}',
        location: 'deploy',
      },
    },
  ])
  expect(parameterConfig).toMatchObject([{ name: 'branch', default: 'main' }])
})

test('pushes deploy: the webhook is created at the Git host', async ({ page }, info) => {
  test.slow()
  await connected()
  const server = new Server(here.base)
  const app = name('pushed', info.retry)
  const account = name('forge', info.retry)
  const host = new URL(here.forge).origin
  here.host.hooks = []
  await server.ask('POST', '/credentials', {
    type: 'artifacts.gitea',
    name: account,
    address: host,
    token: here.host.token,
  })
  await called(page, app)
  await page.keyboard.press('ArrowRight')
  const onPush = page.getByRole('switch', { name: 'Run the pipeline on every push' })
  await page.getByRole('textbox', { name: 'Repository URL' }).fill('https://git.example.com/acme/parcel')
  await expect(page.getByText('add an account for this Git host first')).toBeVisible()
  await page.getByRole('textbox', { name: 'Repository URL' }).fill('https://github.com/acme/parcel')
  await onPush.click()
  await expect(page.getByRole('textbox', { name: 'Webhook URL' })).toHaveValue(
    `${here.base}/webhooks/git/github`,
  )
  await onPush.click()
  await page.getByRole('textbox', { name: 'Repository URL' }).fill(here.forge)
  await page.getByRole('textbox', { name: 'Path' }).fill('deploy')
  await expect(onPush).not.toBeChecked()
  await onPush.click()
  await expect(page.getByText('Creates a webhook in acme/parcel at Gitea')).toBeVisible()
  await looks(page, 'new-push', 'acme/parcel')
  await page.reload()
  await next(page)
  await next(page)
  await page.getByRole('button', { name: 'Create only' }).click()
  await expect(page).toHaveURL(new RegExp(`/applications/${app}/executions$`))
  expect(here.host.hooks).toHaveLength(1)
  const made = await server.ask<{ id: string; triggers: object[] }>(
    'GET',
    `/applications/${app}/pipelineConfigs/Deploy`,
  )
  expect(made.triggers).toMatchObject([
    { type: 'git', enabled: true, source: 'gitea', project: 'acme', slug: 'parcel', branch: 'main' },
  ])
  expect(JSON.stringify(made)).not.toContain(here.host.hooks[0]?.config.secret)

  // A push starts it; one that isn't signed with the secret doesn't.
  expect(await here.host.push(here.base, `${info.retry}`.padStart(40, 'a'))).toBe(200)
  await expect(page.getByText('Succeeded').first()).toBeVisible()

  // The editor of the trigger knows the webhook, and has the host's lists to choose from.
  await page.goto(`${here.base}/ui/applications/${app}/pipelines/${made.id}/edit`)
  await page.getByRole('button', { name: /^Triggers/ }).click()
  await expect(page.getByText('Gennaker has created the webhook of acme/parcel at Gitea')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Repository at Gitea' })).toHaveValue('acme/parcel')
  await fits(page, 'trigger-git-webhook')
  await page.getByRole('combobox', { name: 'Branch' }).click()
  await expect(page.getByRole('option', { name: 'main' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Delete webhook' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete webhook' }).click()
  await expect(page.getByRole('textbox', { name: 'Webhook URL' })).toBeVisible()
  expect(here.host.hooks).toHaveLength(0)
  await page.getByLabel('Secret', { exact: true }).fill('of my own')
  await page.getByRole('button', { name: 'Create webhook at Gitea' }).click()
  await expect(page.getByText('This trigger has a secret of its own')).toBeVisible()
  expect(here.host.hooks).toHaveLength(1)
  await page.getByRole('button', { name: 'Remove the secret' }).click()
  await expect(page.getByText('This trigger has a secret of its own')).toBeHidden()
  await accessible(page)
})

test('a chart is installed after somebody has seen what it would change', async ({ page }, info) => {
  await connected()
  const app = name('letter', info.retry)
  await called(page, app)
  await page.getByRole('radio', { name: 'Helm chart' }).click()
  await page.getByRole('textbox', { name: 'Chart repository URL' }).fill(here.charts)
  await page.getByRole('combobox', { name: 'Chart' }).click()
  await page.getByRole('option', { name: 'letter' }).click()
  await expect(page.getByRole('combobox', { name: 'Version' })).toHaveValue('1.1.0')
  await page.getByRole('textbox', { name: 'Values' }).fill('replicas: 3')
  await next(page)
  await page.getByRole('radio', { name: 'Preview changes and approve' }).click()
  await next(page)
  await page.getByText(`${app} deployment`).click()
  await expect(page.getByText('replicas: 3')).toBeVisible()
  await page.getByRole('button', { name: 'Create and deploy' }).click()
  const asked = page.getByRole('region', { name: 'Deploy?' })
  await expect(asked).toContainText('1 to add, 0 to change, 0 to remove')
  await asked.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('Succeeded').first()).toBeVisible()
  await page.getByRole('link', { name: 'Overview' }).click()
  await expect(page.getByRole('region', { name: 'Running versions' })).toContainText('3/3')
  await expect(page.getByRole('region', { name: 'Running versions' })).toContainText('letter:1.1.0')
})

test('what is half made is gone on with, and nothing is lost on a reload', async ({ page }, info) => {
  await connected()
  const app = name('half', info.retry)
  await called(page, app)
  await page
    .getByRole('textbox', { name: 'Image', exact: true })
    .fill('registry.example.com:5000/team/half@sha256:'.concat('a'.repeat(64)))
  await next(page)
  await page.getByRole('radio', { name: 'Staging first, then approve' }).click()
  await page.getByRole('combobox', { name: 'Rollout strategy' }).click()
  await page.getByRole('option', { name: 'Blue/green' }).click()
  await page.getByRole('textbox', { name: 'Pipeline name' }).fill('Roll out / 50 % “now” 🚢')
  await next(page)
  await page.reload()
  await expect(page.getByText('Promote to default?')).toBeVisible()
  await page.route('**/pipelines', async (route) => {
    await (route.request().method() === 'POST'
      ? route.fulfill({ status: 409, json: { message: 'somebody else was quicker' } })
      : route.continue())
  })
  await page.getByRole('button', { name: 'Create only' }).click()
  await expect(page.getByText(`Application ${app} created`)).toBeVisible()
  await expect(page.getByText('somebody else was quicker')).toBeVisible()
  await page.unroute('**/pipelines')
  await page.goto(`${here.base}/ui/`)
  await expect(page.getByText(`You haven’t finished creating ${app}.`)).toBeVisible()
  await page.getByRole('link', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Create and deploy' }).click()
  await expect(page).toHaveURL(/executions\/[0-9A-Z]{26}$/)
  await expect(page.getByRole('region', { name: 'Promote to default?' })).toBeVisible()
  await page
    .getByRole('region', { name: 'Promote to default?' })
    .getByRole('button', { name: 'Continue' })
    .click()
  await expect(page.getByText('Succeeded').first()).toBeVisible()

  // The name with everything in it leads everywhere.
  await page.getByRole('link', { name: 'Roll out / 50 % “now” 🚢' }).first().click()
  await expect(page.getByRole('heading', { name: 'Roll out / 50 % “now” 🚢' })).toBeVisible()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click()
  await expect(page).toHaveURL(/executions\/[0-9A-Z]{26}$/)
})

test('a pipeline from elsewhere is taken as it is', async ({ page }, info) => {
  await connected()
  const app = name('moved', info.retry)
  await called(page, app)
  await page.getByRole('radio', { name: 'Import a Spinnaker pipeline' }).click()
  await page
    .getByRole('textbox', { name: 'Pipeline' })
    .fill(
      '{"name": "From Spinnaker", "id": "old", "index": 4, "strange": {"kept": true}, "stages": [{"refId": "1", "requisiteStageRefIds": [], "type": "wait", "name": "Wait", "waitTime": 0}, {"refId": "2", "requisiteStageRefIds": ["1"], "type": "deployManifest", "name": "Deploy", "account": "far", "cloudProvider": "kubernetes", "manifests": []}]}',
    )
  await expect(page.getByText('From Spinnaker: 2 stages')).toBeVisible()
  await expect(page.getByText('The stages use accounts that don’t exist here: far.')).toBeVisible()
  await next(page)
  await page.getByRole('button', { name: 'Create only' }).click()
  await expect(page).toHaveURL(new RegExp(`/applications/${app}/executions$`))
  await expect(page.getByRole('heading', { name: 'From Spinnaker' })).toBeVisible()
  const made = await new Server(here.base).ask<object>(
    'GET',
    `/applications/${app}/pipelineConfigs/From%20Spinnaker`,
  )
  expect(made).toMatchObject({ strange: { kept: true }, stages: [{ name: 'Wait' }, { account: 'far' }] })
  expect(made).not.toMatchObject({ id: 'old' })
})
