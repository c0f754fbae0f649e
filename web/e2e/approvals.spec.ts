import { deploy, deployment, service } from './seed'
import { expect, test } from './kit'
import { accessible, fits } from './looks'

// Judgments that people can answer: what they are about, what will change, and
// answers that can be taken back.

const ask = (refId: string, after: string[], more: Record<string, unknown> = {}) => ({
  refId,
  type: 'manualJudgment',
  name: 'Go on?',
  requisiteStageRefIds: after,
  failPipeline: true,
  ...more,
})
const image = {
  parameterConfig: [{ name: 'image', default: 'nginx:1.27', required: true }],
}

test('a judgment shows who asks, with which parameters, and what the deployments after it change', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `asked${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'first', [deploy('1', app, [deployment(app, 'nginx:1.27', 1)])])
  expect(await server.ended(await server.start(app, 'first'))).toBe('SUCCEEDED')
  await server.pipeline(
    app,
    'release',
    [
      ask('1', [], { selectedStageRoles: ['ops'] }),
      deploy('2', app, [deployment(app, '${parameters.image}', 1), service(app)], ['1']),
    ],
    image,
  )
  const id = await server.start(app, 'release', { type: 'manual', parameters: { image: 'nginx:1.28' } })
  await server.waits(id)
  await open(`/applications/${app}/executions/${id}`)
  const panel = page.getByRole('region', { name: 'Go on?' })
  await expect(panel.getByText('image nginx:1.28')).toBeVisible()
  await expect(panel.getByText('1 to add, 1 to change, 0 to remove')).toBeVisible()
  await expect(panel.getByText('nginx:1.27 → nginx:1.28')).toBeVisible()
  await expect(panel.getByLabel(`deployment ${app}`)).toContainText('image: nginx:1.28')
  await expect(panel.getByText('Not enforced yet (no log-in).')).toBeVisible()
  await expect(panel.getByRole('button', { name: 'Continue' })).toBeInViewport()
  await page.screenshot({ path: 'screenshots/approval.png' })
  await accessible(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(panel.getByRole('button', { name: 'Continue' })).toBeInViewport()
  await page.screenshot({ path: 'screenshots/approval-phone-dark.png' })
  await fits(page, 'approval')
  await page.setViewportSize({ width: 1440, height: 900 })

  // Taken back, the judgment waits on.
  await panel.getByRole('button', { name: 'Stop' }).click()
  await expect(panel.getByText(/Stopping in \d s/)).toBeVisible()
  await panel.getByRole('button', { name: 'Undo' }).click()
  await expect(panel.getByRole('button', { name: 'Continue' })).toBeVisible()
  await panel.getByRole('button', { name: 'Continue' }).click()
  await expect(panel.getByText(/Continuing in \d s/)).toBeVisible()
  expect(await server.ended(id)).toBe('SUCCEEDED')
})

test('an answer counts although the page is closed before it is sent', async ({
  page,
  open,
  server,
}, info) => {
  const app = `closed${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'asks', [ask('1', [])])
  const id = await server.start(app, 'asks')
  await server.waits(id)
  await open(`/applications/${app}/executions/${id}`)
  await page.getByRole('region', { name: 'Go on?' }).getByRole('button', { name: 'Stop' }).click()
  await page.close({ runBeforeUnload: true })
  expect(await server.ended(id)).toBe('TERMINAL')
})

test('a stopped judgment and a failed check say why in the red box', async ({ page, open, server }, info) => {
  const app = `why${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'checks', [
    {
      refId: '1',
      type: 'checkPreconditions',
      name: 'Enough?',
      requisiteStageRefIds: [],
      preconditions: [{ type: 'expression', failPipeline: true, context: { expression: '${ 1 > 2 }' } }],
    },
  ])
  const failed = await server.start(app, 'checks')
  expect(await server.ended(failed)).toBe('TERMINAL')
  await open(`/applications/${app}/executions/${failed}`)
  await expect(page.getByRole('alert').first()).toContainText('This check isn’t true:')
  await expect(page.getByRole('alert').first()).toContainText('${ 1 > 2 }')
  await server.pipeline(app, 'asks', [ask('1', [])])
  const id = await server.start(app, 'asks')
  await server.waits(id)
  await open(`/applications/${app}/executions`)
  await open(`/`)
  const card = page.getByRole('article', { name: 'Go on?' }).first()
  await card.getByRole('button', { name: 'Stop' }).click()
  await expect(card.getByRole('button', { name: 'Undo' })).toBeVisible()
  expect(await server.ended(id)).toBe('TERMINAL')
  // The card stays in its place while the pointer is on it.
  await expect(card.getByText('Answered')).toBeVisible()
  await page.mouse.move(0, 0)
  await open(`/applications/${app}/executions/${id}`)
  await expect(page.getByRole('alert').first()).toContainText('Stopped')
})
