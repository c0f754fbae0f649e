import { expect, test } from './kit'

// Graphs: a layered layout around a common middle, lines that go around cards, a map
// and a search in large ones, and parts that collapse.

type Box = { x: number; y: number; width: number; height: number }
const wait = (refId: string, requires: string[], more = {}) => ({
  refId,
  type: 'wait',
  name: `Step ${refId}`,
  waitTime: 0,
  requisiteStageRefIds: requires,
  ...more,
})
/** Three branches of eleven stages each between a first and a last stage, with a shortcut past all of them. */
const large = () => [
  wait('first', []),
  ...[1, 2, 3].flatMap((branch) =>
    Array.from({ length: 11 }, (_, i) => wait(`${branch}-${i + 1}`, [i === 0 ? 'first' : `${branch}-${i}`])),
  ),
  wait('last', ['1-11', '2-11', '3-11', 'first']),
]

test('branches stand around the middle, and no line passes behind a card', async ({
  page,
  open,
  server,
}, info) => {
  const app = `layered${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Branches', [
    wait('a', []),
    wait('b', ['a']),
    wait('c', ['a']),
    wait('d', ['b']),
    wait('e', ['d', 'c', 'a']),
  ])
  const id = await server.start(app, 'Branches')
  await server.ended(id)
  for (const path of [`/applications/${app}/executions/${id}`, await editPath(server, app, 'Branches')]) {
    await open(path)
    await expect(page.locator('.react-flow__node')).toHaveCount(5)
    await expect(page.locator('.react-flow__edge')).toHaveCount(6)
    // The picture comes to rest before it is measured.
    await expect
      .poll(async () => (await passing(page)).join(', '), { message: `lines behind cards on ${path}` })
      .toBe('')
    const box = async (name: string) => {
      const found = await page
        .locator('.react-flow__node')
        .filter({ hasText: `Step ${name}` })
        .boundingBox()
      if (!found) throw new Error(`Step ${name} is not in sight`)
      return found
    }
    const [a, b, c, d, e] = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(box))
    const middle = (x: Box | undefined) => (x ? x.y + x.height / 2 : NaN)
    expect(Math.min(middle(b), middle(c))).toBeLessThan(middle(a) + 2)
    expect(Math.max(middle(b), middle(c))).toBeGreaterThan(middle(a) - 2)
    expect(middle(b)).not.toBeCloseTo(middle(c), 0)
    expect(Math.abs(middle(b) - middle(d))).toBeLessThan(2)
    expect(e?.x).toBeGreaterThan(d?.x ?? NaN)
  }
})

test('a large graph has a map and a search that goes from match to match', async ({
  page,
  open,
  server,
}, info) => {
  const app = `mapped${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Large', large())
  const id = await server.start(app, 'Large')
  await server.ended(id)
  await open(`/applications/${app}/executions/${id}`)
  await expect(page.getByRole('img', { name: 'Map of the graph' })).toBeVisible()
  const find = page.getByRole('textbox', { name: 'Find a stage' })
  await find.fill('Step 2-1')
  await expect(page.getByText('0 of 3')).toBeVisible()
  await find.press('Enter')
  await expect(page.getByText('1 of 3')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Step 2-1', exact: true })).toBeVisible()
  await find.press('Enter')
  await expect(page.getByRole('heading', { name: 'Step 2-10' })).toBeVisible()
  await find.press('Shift+Enter')
  await expect(page.getByRole('heading', { name: 'Step 2-1', exact: true })).toBeVisible()
  await find.fill('nothing')
  await expect(page.getByText('No match')).toBeVisible()
  await find.press('Escape')
  await expect(find).toHaveValue('')

  await open(await editPath(server, app, 'Large'))
  await page.getByRole('textbox', { name: 'Find a stage' }).fill('3-7')
  await page.getByRole('textbox', { name: 'Find a stage' }).press('Enter')
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('Step 3-7')
  // What is typed into the search does nothing to the stage that is selected.
  await page.getByRole('textbox', { name: 'Find a stage' }).press('Backspace')
  await expect(page.getByText('stages selected')).toBeHidden()
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('Step 3-7')
})

test('groups and finished stages collapse into one card each', async ({ page, open, server }, info) => {
  const app = `folded${info.retry}`
  await server.application(app)
  const steps = Array.from({ length: 14 }, (_, i) => wait(String(i), i === 0 ? [] : [String(i - 1)]))
  await server.pipeline(app, 'Grouped', [
    ...steps,
    wait('t1', ['13'], { group: 'Tests' }),
    wait('t2', ['13'], { group: 'Tests' }),
    { ...wait('ask', ['t1', 't2']), type: 'manualJudgment', waitTime: undefined },
  ])
  const id = await server.start(app, 'Grouped')
  await open(`/applications/${app}/executions/${id}`)
  const nodes = page.locator('.react-flow__node')
  await expect(nodes.filter({ hasText: 'Tests' })).toContainText('2 stages')
  await expect(nodes).toHaveCount(16)
  await nodes.filter({ hasText: 'Tests' }).click()
  await expect(nodes).toHaveCount(17)
  await page.getByRole('button', { name: 'Collapse groups' }).click()
  await expect(nodes).toHaveCount(16)
  await page.getByRole('button', { name: 'Collapse finished stages' }).click()
  await expect(nodes).toHaveCount(2)
  await expect(nodes.first()).toContainText('16 finished stages')
  // By the keyboard too.
  await nodes.first().focus()
  await page.keyboard.press('Enter')
  await expect(nodes).toHaveCount(16)
  await page.getByRole('button', { name: 'Expand all' }).click()
  await expect(nodes).toHaveCount(17)
})

async function editPath(
  server: { ask: <T>(method: string, path: string) => Promise<T> },
  app: string,
  name: string,
) {
  const { id } = await server.ask<{ id: string }>('GET', `/applications/${app}/pipelineConfigs/${name}`)
  return `/applications/${app}/pipelines/${id}/edit`
}

/** The lines that pass behind cards other than those they join, as the browser has drawn them. */
async function passing(page: import('@playwright/test').Page): Promise<string[]> {
  return page.evaluate(() => {
    const cards = [...document.querySelectorAll<HTMLElement>('.react-flow__node')].map((el) => ({
      id: el.dataset['id'] ?? '',
      box: el.getBoundingClientRect(),
    }))
    return [...document.querySelectorAll<SVGGElement>('.react-flow__edge')].flatMap((edge) => {
      const path = edge.querySelector<SVGPathElement>('.react-flow__edge-path')
      const toScreen = path?.getScreenCTM()
      if (!path || !toScreen) return ['a line that is not drawn']
      const length = path.getTotalLength()
      return cards
        .filter(({ box }) => {
          let inside = 0
          for (let at = 0; at <= length; at += 4) {
            const p = path.getPointAtLength(at).matrixTransform(toScreen)
            if (p.x > box.left + 6 && p.x < box.right - 6 && p.y > box.top + 2 && p.y < box.bottom - 2)
              inside++
          }
          return inside > 0
        })
        .map(({ id }) => `${edge.dataset['id'] ?? ''} behind ${id}`)
    })
  })
}

test('groups collapse in the editor too, when asked for', async ({ page, open, server }, info) => {
  const app = `grouped${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Groups', [
    wait('a', []),
    wait('b', ['a'], { group: 'Tests' }),
    wait('c', ['a'], { group: 'Tests' }),
    wait('d', ['b', 'c']),
  ])
  await open(await editPath(server, app, 'Groups'))
  const cards = page.locator('.react-flow__node')
  await expect(cards).toHaveCount(4)
  await cards.filter({ hasText: 'Step b' }).click()
  await page.getByRole('button', { name: 'Collapse groups' }).click()
  await expect(cards).toHaveCount(3)
  const group = cards.filter({ hasText: 'Tests' })
  await expect(group).toContainText('2 stages')
  await expect(page.locator('.react-flow__edge')).toHaveCount(2)
  // The lines of a collapsed group are left alone.
  await page.keyboard.press('Delete')
  await expect(cards).toHaveCount(3)
  await group.focus()
  await page.keyboard.press('Enter')
  await expect(cards).toHaveCount(4)
  await page.getByRole('button', { name: 'Collapse groups' }).click()
  await expect(cards).toHaveCount(3)
  await page.getByRole('button', { name: 'Expand all' }).click()
  await expect(cards).toHaveCount(4)
  // Nothing was changed.
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
})
