import { gzipSync } from 'node:zlib'
import { expect, test } from './kit'
import { fits } from './looks'

// A chart is baked, and what comes of it deployed.

// A tar with files, as a chart's archive is.
function archive(files: Record<string, string>): string {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const head = Buffer.alloc(512)
    const data = Buffer.from(text)
    head.write(name, 0)
    head.write('0000644\0', 100)
    head.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124)
    head.write('        0', 148)
    const sum = head.reduce((a, b) => a + b, 0)
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [head, data, Buffer.alloc((512 - (data.length % 512)) % 512)]
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])).toString('base64')
}

const chart = archive({
  'shop/Chart.yaml': '{apiVersion: v2, name: shop, version: 1.0.0}',
  'shop/values.yaml': 'greeting: hello\n',
  'shop/templates/config.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {greeting: "{{ .Values.greeting }}"}\n',
})

test('a chart is baked and deployed, and the run shows what rendered it', async ({
  server,
  open,
  page,
}, info) => {
  const app = `baked${info.repeatEachIndex}${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Bake and deploy', [
    {
      refId: '1',
      requisiteStageRefIds: [],
      type: 'bakeManifest',
      name: 'Bake',
      templateRenderer: 'HELM3',
      outputName: app,
      inputArtifacts: [{ artifact: { type: 'embedded/base64', name: 'shop', reference: chart } }],
      overrides: { greeting: '${ execution.application } and more' },
      expectedArtifacts: [{ id: 'out', matchArtifact: { type: 'embedded/base64', name: 'manifest' } }],
    },
    {
      refId: '2',
      requisiteStageRefIds: ['1'],
      type: 'deployManifest',
      name: 'Deploy',
      account: 'sandbox',
      cloudProvider: 'kubernetes',
      moniker: { app },
      source: 'artifact',
      manifestArtifactId: 'out',
    },
  ])
  const id = await server.start(app, 'Bake and deploy')
  expect(await server.ended(id)).toBe('SUCCEEDED')

  await open(`/applications/${app}/executions/${id}?stage=1`)
  const panel = page.getByRole('tabpanel')
  await expect(panel.getByText(/^Helm v4/)).toBeVisible()
  await expect(panel.getByText('Rendered by', { exact: true })).toBeVisible()
  await expect(panel.getByText('shop 1.0.0')).toBeVisible()
  await expect(panel.getByText(`greeting: "${app} and more"`)).toBeVisible()
  await panel.getByText('Last bake').click()
  await expect(panel.getByText('This stage hasn’t baked a manifest in the last runs.')).toBeVisible()

  const [stored] = await server.ask<{ id: string }[]>('GET', `/applications/${app}/pipelineConfigs`)
  await open(`/applications/${app}/pipelines/${stored?.id ?? ''}/edit`)
  await page.locator('.react-flow__node').filter({ hasText: 'Bake' }).first().click()
  const form = page.getByRole('region', { name: /Stage Bake/ })
  await expect(form.getByRole('combobox', { name: 'Renderer' })).toHaveValue('Helm')
  await expect(form.getByRole('textbox', { name: 'Value' })).toHaveValue(
    '${ execution.application } and more',
  )

  // What is edited is previewed with the values of the last run, before it is saved.
  await form.getByRole('button', { name: 'Preview' }).click()
  const preview = page.getByRole('dialog', { name: 'Preview of Bake' })
  await expect(preview.getByText(`greeting: "${app} and more"`)).toBeVisible()
  await preview.getByText('Last bake').click()
  await expect(preview.getByText('The manifest is the same as the last one.')).toBeVisible()
  await preview.getByText('In the cluster').click()
  await expect(preview.getByRole('region', { name: `configMap ${app}` })).toBeVisible()
  await fits(page, 'bakePreview')
  await page.keyboard.press('Escape')
  await form.getByRole('textbox', { name: 'Value' }).fill('${ execution.application } and less')
  await form.getByRole('button', { name: 'Preview' }).click()
  await expect(preview.getByText(`greeting: "${app} and less"`)).toBeVisible()
  await preview.getByText('Last bake').click()
  const changes = preview.getByLabel('Changes since the last bake')
  await expect(changes.filter({ hasText: `greeting: "${app} and less"` }).first()).toBeVisible()
  await expect(preview.getByText(`greeting: "${app} and more"`).first()).toBeVisible()
  await page.keyboard.press('Escape')
  await form.getByRole('combobox', { name: 'Release name' }).fill('Not a name')
  await form.getByRole('button', { name: 'Preview' }).click()
  await expect(preview.getByRole('alert')).toContainText('outputName')
  await page.keyboard.press('Escape')

  await form.getByRole('combobox', { name: 'Renderer' }).click()
  await page.getByRole('option', { name: 'Kustomize' }).click()
  await expect(form.getByLabel('Path of the kustomization')).toBeVisible()
  await expect(form.getByLabel('Path of the chart')).toBeHidden()
})
