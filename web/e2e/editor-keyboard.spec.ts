import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from './kit'

// A pipeline is edited without a mouse, and its dialogs can be used by everybody.

type Config = { id: string; stages: { name: string; refId: string; requisiteStageRefIds: string[] }[] }
const wait = (refId: string, name: string, ...requisiteStageRefIds: string[]) => ({
  refId,
  type: 'wait',
  name,
  requisiteStageRefIds,
  waitTime: 1,
})

async function accessible(page: Page): Promise<void> {
  // A dialog comes in; it is looked at when it is there.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((a) => a.effect?.getComputedTiming().iterations === Infinity || a.playState !== 'running'),
  )
  const found = await new AxeBuilder({ page }).include('[role=dialog]').analyze()
  expect(
    found.violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map(
        (v) =>
          `${v.id}: ${v.nodes
            .map((n) => n.html)
            .slice(0, 3)
            .join(' ')}`,
      ),
  ).toEqual([])
}

test('stages are walked, added, connected, removed and saved by keys alone', async ({
  page,
  open,
  server,
}, info) => {
  const app = `keys${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Keys', [wait('1', 'First'), wait('2', 'Second', '1'), wait('3', 'Apart')])
  const path = `/applications/${app}/pipelineConfigs/Keys`
  const { id } = await server.ask<Config>('GET', path)
  await open(`/applications/${app}/pipelines/${id}/edit`)
  const stage = (name: string) => page.getByRole('region', { name: `Stage ${name}` })
  await page.locator('.react-flow__node').filter({ hasText: 'First' }).focus()
  await page.keyboard.press('Enter')
  await expect(stage('First')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(stage('Second')).toBeVisible()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowDown')
  await expect(stage('Apart')).toBeVisible()

  // A stage after it, chosen by what is written.
  await page.keyboard.press('+')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByPlaceholder('Search: deploy')).toBeFocused()
  await accessible(page)
  await page.keyboard.type('evaluate variables')
  await expect(dialog.getByRole('button', { name: /^Evaluate variables/ })).toBeVisible()
  await expect(dialog.getByRole('button', { name: /^Deploy/ })).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(stage('Evaluate variables')).toBeVisible()

  // It comes after another too.
  await stage('Evaluate variables').getByRole('combobox', { name: 'Runs after' }).focus()
  await page.keyboard.type('Second')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await expect(page.locator('.react-flow__edge')).toHaveCount(3)

  // One is removed and comes back, then all is saved.
  await page.locator('.react-flow__node').filter({ hasText: 'Apart' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Delete')
  await expect(page.locator('.react-flow__node')).toHaveCount(3)
  await page.keyboard.press('Control+z')
  await expect(page.locator('.react-flow__node')).toHaveCount(4)
  await page.keyboard.press('Control+s')
  await expect
    .poll(
      async () =>
        (await server.ask<Config>('GET', path)).stages.find((s) => s.name === 'Evaluate variables')
          ?.requisiteStageRefIds,
    )
    .toEqual(['3', '2'])
})

test('the history and a conflict can be used by everybody', async ({ page, open, server }, info) => {
  const app = `dialogs${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Dialogs', [wait('1', 'First')])
  const read = await server.ask<Config>('GET', `/applications/${app}/pipelineConfigs/Dialogs`)
  await open(`/applications/${app}/pipelines/${read.id}/edit?stage=1`)
  const dialog = page.getByRole('dialog')
  await page.getByLabel('Wait time').fill('5')
  await server.ask('POST', '/pipelines', { ...read, description: 'theirs' })
  await page.keyboard.press('Control+s')
  await expect(dialog.getByText('description: theirs').first()).toBeVisible()
  await accessible(page)
  await dialog.getByRole('button', { name: 'Use theirs' }).click()
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'History' }).click()
  await expect(dialog.getByText('· current')).toBeVisible()
  await accessible(page)
})
