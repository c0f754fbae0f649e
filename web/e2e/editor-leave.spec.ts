import { expect, test } from './kit'
import { accessible } from './looks'
import { deploy, deployment } from './seed'

// From a stage the pipeline's settings are one key, one click or one button away.

type Config = { id: string }

test('a stage is left by Escape, by a click beside it, and by a button', async ({
  page,
  open,
  server,
}, info) => {
  const app = `leave${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Ship', [
    deploy('1', app, [deployment(app, 'nginx:1.29', 1)]),
    { refId: '2', type: 'wait', name: 'Pause', requisiteStageRefIds: ['1'], waitTime: 1 },
  ])
  const { id } = await server.ask<Config>('GET', `/applications/${app}/pipelineConfigs/Ship`)
  await open(`/applications/${app}/pipelines/${id}/edit`)
  const card = (name: string) => page.locator('.react-flow__node').filter({ hasText: name })
  const stage = page.getByRole('region', { name: /^Stage / })
  const settings = page.getByRole('region', { name: 'Pipeline settings' })

  await expect(settings).toBeVisible()
  await card('Pause').click()
  await expect(stage).toBeVisible()
  await stage.getByRole('textbox', { name: 'Name', exact: true }).press('Escape')
  await expect(settings).toBeVisible()
  await expect(card('Pause')).toBeFocused()
  await expect(page).not.toHaveURL(/stage=/)

  // Whoever uses Escape itself keeps it: a list, a code editor, a dialog.
  await card('Deploy').click()
  const cluster = stage.getByRole('combobox', { name: 'Cluster' }).first()
  await cluster.click()
  await expect(page.getByRole('listbox')).toBeVisible()
  await cluster.press('Escape')
  await expect(page.getByRole('listbox')).toBeHidden()
  await expect(stage).toBeVisible()
  await stage.locator('.cm-content').first().click()
  await page.keyboard.press('Escape')
  await expect(stage).toBeVisible()
  // Its list opens with the focus, so that the first Escape is the list's.
  await cluster.press('Escape')
  await expect(stage).toBeVisible()
  await cluster.press('Escape')
  await expect(settings).toBeVisible()

  await card('Pause').click()
  await expect(stage).toBeVisible()
  const pane = page.locator('.react-flow__pane')
  const box = await pane.boundingBox()
  if (!box) throw new Error('there is no canvas')
  await pane.click({ position: { x: box.width / 2, y: 12 } })
  await expect(settings).toBeVisible()

  await card('Pause').click()
  await accessible(page)
  await page.screenshot({ path: 'screenshots/editor-leave.png' })
  await page.getByRole('button', { name: 'Pipeline settings' }).click()
  await expect(settings).toBeVisible()
})
