import { expect, test } from './kit'

// An execution that holds more than a browser could show at once.

type Outline = { status: string; stages: { id: string; refId: string }[] }

test('an execution of more than fifty megabytes opens', async ({ page, open, server }, info) => {
  test.slow()
  const app = `huge${info.retry}`
  await server.application(app)
  const megabyte = 'A line of a text that goes on and on. '.repeat(24_300)
  const many = Array.from({ length: 30 }, (_, i) => ({ key: `part${i}`, value: '${megabyte}' }))
  await server.pipeline(app, 'Huge', [
    {
      refId: '1',
      type: 'evaluateVariables',
      name: 'One',
      requisiteStageRefIds: [],
      variables: [{ key: 'megabyte', value: megabyte }],
    },
    {
      refId: '2',
      type: 'evaluateVariables',
      name: 'Many',
      requisiteStageRefIds: ['1'],
      variables: [...many, { key: 'small', value: 'is read at once' }],
    },
  ])
  const id = await server.start(app, 'Huge')
  await server.until<Outline>(`/pipelines/${id}/outline`, (e) => e.status === 'SUCCEEDED')
  const size = async (path: string) => (await (await fetch(server.base + path)).blob()).size
  expect(await size(`/pipelines/${id}`)).toBeGreaterThan(50_000_000)
  expect(await size(`/pipelines/${id}/outline`)).toBeLessThan(20_000)

  let received = 0
  page.on('response', (r) => {
    void r
      .body()
      .then((b) => {
        if (r.url().includes(id)) received += b.length
      })
      .catch(() => 0)
  })
  await open(`/applications/${app}/executions/${id}?stage=2`)
  await expect(page.getByText('Many').first()).toBeVisible()
  await page.getByRole('button', { name: 'Variables 31' }).click()
  await expect(page.getByRole('region', { name: 'Variables' })).toContainText('is read at once')
  await page.getByRole('tab', { name: 'Outputs' }).click()
  const cut = page.getByRole('region', { name: 'Too large to display in full' })
  await expect(cut.getByText('/outputs/part7', { exact: true })).toBeVisible()
  await expect(cut.getByText(/^\d{3} kB$/).first()).toBeVisible()
  const link = await cut.getByRole('link', { name: 'Download' }).first().getAttribute('href')
  expect((await (await fetch(new URL(link ?? '', page.url()))).blob()).size).toBeGreaterThan(890_000)
  expect(received).toBeLessThan(2_000_000)

  // One of it is shown whole where it is asked for.
  await cut.getByRole('button', { name: 'Show all' }).first().click()
  await expect(cut.locator('pre')).toContainText('A line of a text that goes on and on.')
  await server.ask('DELETE', `/pipelines/${id}`)
})
