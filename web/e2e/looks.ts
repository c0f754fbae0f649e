import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from './kit'

const desk = { width: 1360, height: 860 }
const phone = { width: 390, height: 844 }

async function settled(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  // What is on its way is waited for: rows, graphs, texts; the design page shows how that looks.
  await expect(page.locator('[aria-busy="true"]:not([data-example] *)')).toHaveCount(0)
  // A dialog comes in; it is looked at when it is there.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((a) => a.effect?.getComputedTiming().iterations === Infinity || a.playState !== 'running'),
  )
}

async function picture(page: Page, name: string, fullPage: boolean): Promise<void> {
  await settled(page)
  await page.screenshot({ path: `screenshots/${name}.png`, fullPage })
  const width = page.viewportSize()?.width ?? 0
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth),
    `${name} is wider than the screen`,
  ).toBeLessThanOrEqual(width)
  await wellMade(page, name)
}

/**
 * wellMade finds what the design system is for: controls of one row that differ in
 * height, and buttons with an icon alone that have no tooltip.
 */
async function wellMade(page: Page, name: string): Promise<void> {
  const slips = await page.evaluate(() => {
    const controls =
      '.mantine-Button-root, .mantine-ActionIcon-root, .mantine-SegmentedControl-root, input.mantine-Input-input, button.mantine-Input-input'
    const shown = (e: Element) => e.getClientRects().length > 0
    const uneven = [...document.querySelectorAll('[data-toolbar], .mantine-Group-root')].flatMap((row) => {
      const all = row.matches('[data-toolbar]')
        ? [...row.querySelectorAll(controls)]
        : [...row.children].filter((child) => child.matches(controls))
      const heights = new Set(all.filter(shown).map((e) => Math.round(e.getBoundingClientRect().height)))
      return heights.size > 1
        ? [`controls of ${[...heights].join(' and ')} px in ${row.outerHTML.slice(0, 200)}`]
        : []
    })
    const silent = [...document.querySelectorAll('button, a')]
      .filter(shown)
      .filter((e) => e.querySelector('svg') !== null && e.textContent.trim() === '')
      .filter((e) => !e.matches('[title], [data-tip], [aria-hidden=true], [tabindex="-1"], :has([title])'))
      .map((e) => `no tooltip: ${e.outerHTML.slice(0, 200)}`)
    return [...uneven, ...silent]
  })
  expect(slips, name).toEqual([])
}

/** Axe finds nothing serious in what is shown. */
export async function accessible(page: Page): Promise<void> {
  await settled(page)
  const found = await new AxeBuilder({ page }).analyze()
  const serious = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
  expect(
    serious.map(
      (v) =>
        `${v.id}: ${v.nodes
          .map((n) => n.html)
          .slice(0, 3)
          .join(' ')}`,
    ),
  ).toEqual([])
}

/** fits looks at what a page shows by now, such as a dialog that no URL leads to: with axe, on a desk and on a phone. */
export async function fits(page: Page, name: string): Promise<void> {
  await settled(page)
  await accessible(page)
  await picture(page, `${name}-light`, false)
  await page.setViewportSize(phone)
  await accessible(page)
  await picture(page, `${name}-phone`, false)
  await page.setViewportSize(desk)
}

/**
 * looks takes the pictures of what a page shows by now: in light, dark, on a phone
 * and in Chinese. Axe finds nothing serious in it, and nothing is wider than the
 * screen. The URL must lead back to the same.
 */
export async function looks(
  page: Page,
  name: string,
  shows: string | RegExp,
  fullPage = false,
): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  await expect(page.getByText(shows).first()).toBeVisible()
  await picture(page, `${name}-light`, fullPage)
  await accessible(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, `${name}-dark`, fullPage)
  await accessible(page)
  await page.setViewportSize(phone)
  await picture(page, `${name}-phone-dark`, fullPage)
  await page.emulateMedia({ colorScheme: 'light' })
  await picture(page, `${name}-phone`, fullPage)
  await accessible(page)
  await page.evaluate(() => {
    localStorage.setItem('gennaker.language', 'zh')
  })
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh')
  await expect(page.getByText(shows).first()).toBeVisible()
  await page.setViewportSize(desk)
  await picture(page, `${name}-zh`, fullPage)
  await page.evaluate(() => {
    localStorage.setItem('gennaker.language', 'en')
  })
}
