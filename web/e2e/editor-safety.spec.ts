import { expect, test } from './kit'

// No edit is lost: not by leaving, not by a crash, not by a server that is away, and
// not by what a pipeline may hold.

type Config = { id: string; updateTs?: string; stages: Record<string, unknown>[] } & Record<string, unknown>
const wait = (refId: string, name: string, more: Record<string, unknown> = {}) => ({
  refId,
  type: 'wait',
  name,
  requisiteStageRefIds: [],
  waitTime: 1,
  ...more,
})

test('what was not saved is offered again', async ({ page, open, server }, info) => {
  const app = `kept${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Kept', [wait('1', 'First')])
  const path = `/applications/${app}/pipelineConfigs/Kept`
  const read = await server.ask<Config>('GET', path)
  page.on('dialog', (dialog) => void dialog.accept())
  const at = `/applications/${app}/pipelines/${read.id}/edit?stage=1`
  const time = page.getByRole('combobox', { name: 'Wait time' })
  await open(at)
  await time.fill('41')
  await page.reload()
  await expect(page.getByText(/unsaved changes/)).toBeVisible()
  await expect(time).toHaveValue('1')
  await page.getByRole('button', { name: 'Restore' }).click()
  await expect(time).toHaveValue('41')

  // Leaving within the interface, at once after the last letter; then back.
  await time.fill('42')
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await expect(page.getByText('Recent runs')).toBeVisible()
  await page.goBack()
  await page.getByRole('button', { name: 'Restore' }).click()
  await expect(time).toHaveValue('42')

  // A text that means nothing yet is kept as well, and not saved over.
  await page.getByText('JSON and YAML').click()
  await page.getByRole('textbox', { name: 'YAML' }).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('broken: by: hand')
  await page.getByText('Graph', { exact: true }).click()
  await expect(page.getByRole('button', { name: '1 field can’t be parsed' })).toBeVisible()
  await page.keyboard.press('Control+s')
  await expect(page.getByText('Not saved', { exact: true })).toBeVisible()
  await page.close({ runBeforeUnload: false })

  // The tab has gone; somebody saves; another tab is opened.
  await server.ask('POST', '/pipelines', { ...read, description: 'theirs' })
  const other = await page.context().newPage()
  await other.goto(`${server.base}/ui${at}`)
  await expect(other.getByText(/someone has saved the pipeline since/)).toBeVisible()
  await other.getByRole('button', { name: 'Restore' }).click()
  await expect(other.getByRole('combobox', { name: 'Wait time' })).toHaveValue('42')
  await other.getByRole('button', { name: '1 field can’t be parsed' }).click()
  await expect(other.getByRole('textbox', { name: 'YAML' })).toContainText('broken: by: hand')
  await other.getByRole('button', { name: 'Discard this text' }).click()
  await other.keyboard.press('Control+s')
  const dialog = other.getByRole('dialog')
  await expect(dialog.getByText('description: theirs').first()).toBeVisible()
  await dialog.getByRole('button', { name: 'Overwrite with mine' }).click()
  await expect.poll(async () => (await server.ask<Config>('GET', path)).stages[0]?.['waitTime']).toBe(42)
  await expect(other.getByText('unsaved')).toHaveCount(0)
})

test('a server that is away is waited for', async ({ page, open, server }, info) => {
  const app = `away${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Away', [wait('1', 'First')])
  const path = `/applications/${app}/pipelineConfigs/Away`
  const { id } = await server.ask<Config>('GET', path)
  await open(`/applications/${app}/pipelines/${id}/edit?stage=1`)
  const time = page.getByRole('combobox', { name: 'Wait time' })
  await time.fill('5')
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('will be saved when the server is back')).toBeVisible()
  // It is gone on with meanwhile, and the last word is saved.
  await time.fill('6')
  await page.context().setOffline(false)
  await expect(page.getByText(/^Saved/).first()).toBeVisible()
  await expect(page.getByText('will be saved when the server is back')).toHaveCount(0)
  expect((await server.ask<Config>('GET', path)).stages[0]?.['waitTime']).toBe(6)
})

test('whatever a pipeline holds, it opens, is told, and is kept', async ({ page, open, server }, info) => {
  const app = `odd${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Odd', [wait('1', 'First')])
  const path = `/applications/${app}/pipelineConfigs/Odd`
  const read = await server.ask<Config>('GET', path)
  const odd: Record<string, unknown> = {
    ...read,
    triggers: { not: 'a list' },
    parameterConfig: [null, { name: { deep: 1 }, options: 'none' }],
    expectedArtifacts: 'x',
    notifications: [1],
    tags: { a: 'b' },
    description: ['l'],
    limitConcurrent: {},
    future: { field: [null] },
    stages: [
      { ...wait('1', 'First'), requisiteStageRefIds: ['3'] },
      {
        refId: 2,
        type: 'fromTheFuture',
        name: { de: 'Zukunft' },
        requisiteStageRefIds: [1],
        quantum: { entangled: true },
      },
      { ...wait('3', 'Circle'), requisiteStageRefIds: ['2'] },
      {
        ...wait('1', 'Twice'),
        failPipeline: 'maybe',
        stageEnabled: 7,
        restrictedExecutionWindow: [],
        notifications: 'all',
      },
      null,
      {
        type: 'deployManifest',
        refId: '9',
        name: 'Deploy',
        requisiteStageRefIds: 'all',
        manifests: 'none',
        trafficManagement: [],
        account: { x: 1 },
      },
      { type: 'constructor', refId: '10', requisiteStageRefIds: [] },
      { type: 'manualJudgment', refId: '11', name: 'Judge', judgmentInputs: { a: 1 }, instructions: 7 },
      {
        type: 'webhook',
        refId: '12',
        name: 'Hook',
        customHeaders: ['a'],
        payload: 'text',
        failFastStatusCodes: {},
      },
      { type: 'pipeline', refId: '13', name: 'Child', application: 4, pipelineParameters: [] },
      {
        type: 'checkPreconditions',
        refId: '14',
        name: 'Check',
        preconditions: [null, { type: 9, context: 'x' }],
      },
      {
        type: 'deleteManifest',
        refId: '15',
        name: 'Delete',
        mode: 'label',
        labelSelectors: { selectors: [1] },
        options: 3,
        kinds: {},
      },
    ],
  }
  await page.route(`**/applications/${app}/pipelineConfigs/${read.id}`, (route) =>
    route.fulfill({ json: odd }),
  )
  await open(`/applications/${app}/pipelines/${read.id}/edit`)
  await expect(page.getByRole('button', { name: /\d+ problems/ })).toBeVisible()
  for (const section of ['Parameters', 'Triggers', 'Expected artifacts', 'Notifications'])
    await page.getByRole('button', { name: section, exact: false }).first().click()
  const nodes = page.locator('.react-flow__node')
  await expect(nodes).toHaveCount(11)
  for (const name of [
    'First',
    'Zukunft',
    'Circle',
    'Twice',
    'Deploy',
    'constructor',
    'Judge',
    'Hook',
    'Child',
    'Check',
    'Delete',
  ]) {
    await nodes.filter({ hasText: name }).first().click()
    const panel = page.getByRole('region', { name: /^Stage/ })
    await panel.getByRole('button', { name: 'Run options' }).click()
    await panel.getByRole('button', { name: 'Notifications' }).click()
    await expect(panel.getByText('Can’t be displayed')).toHaveCount(0)
  }
  // One of two with the same reference is changed alone, and gets one of its own.
  await nodes.filter({ hasText: 'Twice' }).click()
  await page.getByRole('combobox', { name: 'Wait time' }).fill('9')
  await page.getByRole('button', { name: 'Assign a unique number' }).click()
  const sent = page.waitForRequest(
    (request) => request.method() === 'POST' && new URL(request.url()).pathname === '/pipelines',
  )
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const saved = (await sent).postDataJSON() as Config
  const stages = odd['stages'] as Record<string, unknown>[]
  expect(saved).toEqual({
    ...odd,
    stages: stages.map((s, i) => (i === 3 ? { ...s, waitTime: 9, refId: '16' } : s)),
    updateTs: expect.anything() as unknown,
    index: saved['index'],
    lastModifiedBy: saved['lastModifiedBy'],
  })
  // The server refuses it, and nothing is lost by that.
  await expect(page.getByText('Not saved', { exact: true })).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Wait time' })).toHaveValue('9')
})
