import { writeFileSync } from 'node:fs'
import type { Page } from '@playwright/test'

// What is measured is what a person sees: when something meaningful is painted, how
// long after a key or a click the answer is painted, how many frames a drag gets.

export const figures: Record<string, number> = {}

/** figure keeps a figure under a name that ends in its unit, as Go's benchmarks report them. */
export function figure(name: string, value: number): void {
  figures[name] = Math.round(value * 10) / 10
}

export function keep(): void {
  const out = process.env['BENCH_OUT']
  if (out) writeFileSync(out, JSON.stringify(figures))
  else console.log(figures)
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}

/** The time from the page's start until an element with the text was painted, in ms. */
export async function paintedAfter(page: Page, text: string): Promise<number> {
  const handle = await page.waitForFunction(
    (wanted) => (window as unknown as { seen?: Record<string, number> }).seen?.[wanted],
    text,
    { polling: 'raf', timeout: 60_000 },
  )
  return (await handle.jsonValue()) ?? NaN
}

/** Notes when texts are painted for the first time; to be put into pages before they load. */
export async function watchPaints(page: Page, texts: readonly string[]): Promise<void> {
  await page.addInitScript((wanted) => {
    const seen: Record<string, number> = {}
    Object.assign(window, { seen })
    const look = () => {
      const shown = document.body?.innerText ?? ''
      for (const text of wanted) if (!(text in seen) && shown.includes(text)) seen[text] = performance.now()
      if (wanted.some((text) => !(text in seen))) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }, texts)
}

/** Collects how long each key and click took until the next paint (the Event Timing API). */
export async function watchInteractions(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const slowest = new Map<number, { name: string; took: number }>()
    Object.assign(window, { interactions: slowest })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEventTiming & { interactionId?: number })[]) {
        if (!entry.interactionId) continue
        const before = slowest.get(entry.interactionId)
        if (!before || before.took < entry.duration)
          slowest.set(entry.interactionId, { name: entry.name, took: entry.duration })
      }
    }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit)
  })
}

export async function interactions(page: Page): Promise<number[]> {
  // The observer is told after the frame that an event led to.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100))))
  return page.evaluate(() =>
    [...(window as unknown as { interactions: Map<number, { took: number }> }).interactions.values()].map(
      (i) => i.took,
    ),
  )
}

/** Drags from the middle of an element to and fro, and tells the frames per second and the worst frame in ms. */
export async function drag(
  page: Page,
  selector: string,
  seconds: number,
): Promise<{ fps: number; worst: number }> {
  const box = await page.locator(selector).boundingBox()
  if (!box) throw new Error(`${selector} is not there`)
  const [x, y] = [box.x + box.width / 2, box.y + 12]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.evaluate(() => {
    const frames: number[] = []
    Object.assign(window, { frames })
    const note = (at: number) => {
      frames.push(at)
      if (frames.length < 10_000) requestAnimationFrame(note)
    }
    requestAnimationFrame(note)
  })
  const until = Date.now() + seconds * 1000
  for (let step = 0; Date.now() < until; step++) {
    await page.mouse.move(x - 500 * Math.sin(step / 30), y + 100 * Math.sin(step / 17))
  }
  const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames)
  await page.mouse.up()
  const gaps = frames.slice(1).map((at, i) => at - (frames[i] ?? at))
  const total = gaps.reduce((a, b) => a + b, 0)
  return { fps: (gaps.length * 1000) / total, worst: Math.max(...gaps) }
}
