import { readFile } from 'node:fs/promises'
import { expect, test } from './kit'
import { fits } from './looks'

// What is done with an execution: changed and run again, reported, printed.

type Run = {
  status: string
  stages: { id: string; refId: string; status: string; context: Record<string, unknown> }[]
}

const check = (app: string) => ({
  refId: '1',
  type: 'checkPreconditions',
  name: `Is ${app} well?`,
  requisiteStageRefIds: [],
  preconditions: [
    {
      type: 'expression',
      failPipeline: true,
      context: { expression: '${1 == 2}', failureMessage: 'It is not.' },
    },
  ],
})

test('a stage is run again with what it is given changed', async ({ page, open, server }, info) => {
  test.slow()
  const app = `restarted${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Wait', [
    { refId: '1', type: 'wait', name: 'Long', requisiteStageRefIds: [], waitTime: 0 },
  ])
  const id = await server.start(app, 'Wait')
  await server.ended(id)
  await open(`/applications/${app}/executions/${id}?stage=1`)
  await page.getByRole('button', { name: 'Restart from here' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('switch', { name: 'Edit inputs' }).click()
  const text = dialog.getByRole('textbox', { name: 'Stage inputs (YAML)' })
  await expect(text).toContainText('waitTime: 0')
  await fits(page, 'restart')
  await text.click()
  await page.keyboard.press('Control+A')
  await page.keyboard.type('waitTime: 36000')
  await dialog.getByRole('button', { name: 'Restart from here' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('timer')).toBeVisible()
  const run = await server.ask<Run>('GET', `/pipelines/${id}`)
  expect(run.stages[0]?.context['waitTime']).toBe(36000)
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await expect(dialog.getByLabel('Reason (optional)')).toBeVisible()
  await fits(page, 'cancel')
  await dialog.getByRole('button', { name: 'Keep running' }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: 'Skip' }).click()
  await dialog.getByRole('button', { name: 'Skip' }).click()
  expect(await server.ended(id)).toBe('SUCCEEDED')
})

test('an execution is reported: on paper, and as Markdown', async ({ page, open, server }, info) => {
  const app = `reported${info.retry}`
  await server.application(app)
  await server.pipeline(
    app,
    'Check',
    [check(app), { refId: '2', type: 'wait', name: 'Never', requisiteStageRefIds: ['1'], waitTime: 0 }],
    { parameterConfig: [{ name: 'image', default: 'nginx:1' }] },
  )
  const id = await server.start(app, 'Check')
  await server.ended(id)
  await open(`/applications/${app}/executions/${id}`)
  await page.getByRole('button', { name: 'Actions' }).click()
  await page.getByRole('menuitem', { name: 'Export report' }).click()
  await expect(page).toHaveURL(/view=report/)
  const report = page.getByRole('article')
  await expect(report).toContainText('It is not.')
  await expect(report.getByRole('row')).toHaveCount(3)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Markdown' }).click()
  const text = await readFile(await (await download).path(), 'utf8')
  expect(text).toContain('# Check: Failed')
  expect(text).toContain('| image | nginx:1 |')
  expect(text).toContain('It is not.')
  // On paper there is the report, and nothing to click.
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden()
  await expect(page.getByRole('navigation').first()).toBeHidden()
  await expect(report).toBeVisible()
  await page.screenshot({ path: 'screenshots/report-print.png', fullPage: true })
})
