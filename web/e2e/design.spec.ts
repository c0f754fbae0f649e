import type { Locator } from '@playwright/test'
import { expect, test, type Page } from './kit'

// What the design system promises of every dialog and every form, tried on some of each.

const inDialog = (page: Page) => page.getByRole('dialog')

/** Where the things are that a message must not move. */
async function places(things: Locator[]): Promise<unknown[]> {
  return Promise.all(things.map((thing) => thing.boundingBox()))
}

const dialogs: { name: string; path: string; by: string; field: string | RegExp; role?: 'button' }[] = [
  {
    name: 'a new pipeline',
    path: '/applications/shop/executions',
    by: 'New pipeline',
    field: 'Name',
  },
  { name: 'a new project', path: '/projects', by: 'New project', field: 'Name' },
]

for (const { name, path, by, field } of dialogs)
  test(`a dialog gives its first field the focus, and gives it back: ${name}`, async ({ page, open }) => {
    await open(path)
    const opener = page.getByRole('button', { name: by }).first()
    await opener.click()
    await expect(inDialog(page).getByRole('textbox', { name: field, exact: true })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(inDialog(page)).toHaveCount(0)
    await expect(opener).toBeFocused()
  })

test('a dialog whose form loads later gives that its focus, and one from a menu gives it back to the menu’s button', async ({
  page,
  open,
  seeded,
}) => {
  await open(`/applications/shop/pipelines/${seeded.pipeline}/edit`)
  const menu = page.getByRole('button', { name: 'More actions' })
  await menu.click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await expect(inDialog(page).getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(inDialog(page)).toHaveCount(0)
  await expect(menu).toBeFocused()

  // One without fields: what does no harm.
  await menu.click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(inDialog(page).getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(menu).toBeFocused()

  // A panel beside the page.
  const tries = page.getByRole('button', { name: 'Try expressions' })
  await tries.click()
  await expect(inDialog(page).locator(':focus')).not.toHaveAttribute('aria-label', 'Close')
  await page.keyboard.press('Escape')
  await expect(tries).toBeFocused()
})

test('a message moves neither the fields below nor those beside it', async ({ page, open }) => {
  await open('/new')
  const email = page.getByRole('textbox', { name: 'Owner’s email' })
  const description = page.getByRole('textbox', { name: /^Description/ })
  const next = page.getByRole('button', { name: 'Continue' })
  const before = await places([email, description, next])
  await next.click()
  await expect(page.locator('.mantine-InputWrapper-error').first()).toBeVisible()
  expect(await places([email, description, next])).toEqual(before)
})

test('fields beside each other stay aligned, whatever stands below them', async ({ page, open }) => {
  await page.setViewportSize({ width: 1600, height: 860 })
  await open('/about/design')
  const ports = page.getByRole('textbox', { name: 'Port' })
  await expect(ports).toHaveCount(4)
  const tops = (await Promise.all((await ports.all()).map((port) => port.boundingBox()))).map((box) => box?.y)
  expect(new Set(tops).size).toBe(1)
})

test('the answers to an approval stay beside each other on a phone', async ({ page, open }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await open('/applications/shop')
  const card = page.getByRole('article', { name: 'Release to everybody?' })
  const answers = [
    card.getByRole('button', { name: 'Continue', exact: true }),
    card.getByRole('button', { name: 'Stop', exact: true }),
  ]
  for (const answer of answers) await expect(answer).toBeVisible()
  const tops = (await Promise.all(answers.map((answer) => answer.boundingBox()))).map((box) => box?.y)
  expect(tops[0]).toBe(tops[1])
})

test('an icon alone says what it does when it is pointed at', async ({ page, open, seeded }) => {
  await open(`/applications/shop/pipelines/${seeded.pipeline}/edit`)
  await page.getByRole('button', { name: 'More actions' }).hover()
  await expect(page.getByRole('tooltip', { name: 'More actions' })).toBeVisible()
})
