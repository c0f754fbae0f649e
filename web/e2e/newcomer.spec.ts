import { expect, test, type Page } from './kit'
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
