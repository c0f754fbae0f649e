import { test, type Browser, type Page } from '@playwright/test'
import {
  drag,
  figure,
  interactions,
  keep,
  paintedAfter,
  quantile,
  watchInteractions,
  watchPaints,
} from './measure'

// The server holds 5,000 applications; one of them has 1,000 pipelines and 10,000
// executions, another an execution and a pipeline of 1,000 stages (bench/web_test.go).

const base = `${process.env['BENCH_BASE'] ?? ''}/ui`
const times = 5

/** A page as one sees it who was never here: nothing in a cache. */
async function fresh(browser: Browser, run: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, locale: 'en-GB' })
  const page = await context.newPage()
  try {
    await run(page)
  } finally {
    await context.close()
  }
}

async function paint(browser: Browser, path: string, text: string): Promise<number[]> {
  const took: number[] = []
  for (let i = 0; i < times; i++) {
    await fresh(browser, async (page) => {
      await watchPaints(page, [text])
      await page.goto(base + path)
      took.push(await paintedAfter(page, text))
    })
  }
  return took
}

test.afterAll(keep)

test('first load', async ({ browser }) => {
  await fresh(browser, async (page) => {
    await watchPaints(page, ['app-0001'])
    await page.goto(`${base}/`)
    await paintedAfter(page, 'app-0001')
    const bytes = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map((e) => e as PerformanceResourceTiming)
        .filter((e) => e.name.includes('/assets/'))
        .reduce((sum, e) => sum + e.encodedBodySize, 0),
    )
    figure('first-load-KiB', bytes / 1024)
  })
  figure('home-paint-ms', quantile(await paint(browser, '/', 'app-0001'), 0.5))
  figure(
    'pipelines-paint-ms',
    quantile(await paint(browser, '/applications/app-0000/executions', 'deploy-0001'), 0.5),
  )
})

test('interactions', async ({ browser }) => {
  const all: number[] = []
  await fresh(browser, async (page) => {
    await watchInteractions(page)
    await page.goto(`${base}/`)
    const filter = page.getByPlaceholder('Filter by name, owner, or account')
    await filter.click()
    await filter.pressSequentially('app-43', { delay: 60 })
    for (let i = 0; i < 6; i++) await page.keyboard.press('Backspace', { delay: 60 })
    await page.getByText('Last updated', { exact: true }).click()
    await page.getByText('Name', { exact: true }).first().click()
    await page.getByText('app-0001', { exact: true }).waitFor()
    await page.keyboard.press('Control+k')
    await page
      .getByPlaceholder('Applications, pipelines, workloads…')
      .pressSequentially('app-12', { delay: 60 })
    await page.keyboard.press('ArrowDown', { delay: 60 })
    await page.keyboard.press('ArrowDown', { delay: 60 })
    await page.keyboard.press('Escape')
    const home = await interactions(page)
    figure('home-interaction-p95-ms', quantile(home, 0.95))
    all.push(...home)
  })
  await fresh(browser, async (page) => {
    await watchInteractions(page)
    await watchPaints(page, ['deploy-0001'])
    await page.goto(`${base}/applications/app-0000/executions`)
    await paintedAfter(page, 'deploy-0001')
    const filter = page.getByLabel('Filter by name, user, or stage')
    await filter.click()
    await filter.pressSequentially('deploy-04', { delay: 60 })
    for (let i = 0; i < 9; i++) await page.keyboard.press('Backspace', { delay: 60 })
    await page.getByText('Failed', { exact: true }).first().click()
    await page.getByText('All', { exact: true }).first().click()
    for (let i = 0; i < 5; i++) await page.keyboard.press('PageDown', { delay: 60 })
    for (let i = 0; i < 5; i++) await page.keyboard.press('PageUp', { delay: 60 })
    await page.keyboard.press('Home')
    await page.getByRole('link', { name: 'Succeeded' }).first().click()
    await page.getByText('Settle').first().waitFor()
    const pipelines = await interactions(page)
    figure('pipelines-interaction-p95-ms', quantile(pipelines, 0.95))
    all.push(...pipelines)
  })
  figure('interaction-p95-ms', quantile(all, 0.95))
  figure('interactions', all.length)
})

test('a thousand stages', async ({ browser }) => {
  const [execution, pipeline] = [process.env['BENCH_EXECUTION'] ?? '', process.env['BENCH_PIPELINE'] ?? '']
  for (const [name, path] of [
    ['execution', `/applications/app-0001/executions/${execution}?stage=`],
    ['editor', `/applications/app-0001/pipelines/${pipeline}/edit`],
  ] as const) {
    const took: number[] = []
    const rates: number[] = []
    let worst = 0
    for (let i = 0; i < 3; i++) {
      await fresh(browser, async (page) => {
        await page.goto(base + path)
        await page.locator('.react-flow__node').first().waitFor()
        took.push(
          await page.evaluate(
            () =>
              new Promise<number>((done) =>
                requestAnimationFrame(() => {
                  done(performance.now())
                }),
              ),
          ),
        )
        const moved = await drag(page, '.react-flow__pane', 3)
        rates.push(moved.fps)
        worst = Math.max(worst, moved.worst)
      })
    }
    figure(`${name}-opens-ms`, quantile(took, 0.5))
    figure(`${name}-pan-fps`, quantile(rates, 0.5))
    figure(`${name}-worst-frame-ms`, worst)
  }
})
