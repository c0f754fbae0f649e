import { expect, test } from './kit'
import { fits, looks } from './looks'
import { withFiles } from './newcomer'
import { Server } from './seed'

// An account that artifacts are fetched with, from the first to the last that is done
// with one. Its form is made from what the API says of its type.

const [header, key] = ['X-Api-Key', 'sesame']

let here: Awaited<ReturnType<typeof withFiles>>

test.beforeAll(async () => {
  here = await withFiles(header, key)
})
test.afterAll(async () => {
  await here.end()
})

test('an account for files is added with a secret header, tested, changed with the secret kept, and removed', async ({
  page,
}) => {
  test.slow()
  const server = new Server(here.base)
  const file = async () => {
    const answer = await fetch(`${here.base}/artifacts/fetch`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ type: 'http/file', artifactAccount: 'files', reference: `${here.files}/a.txt` }),
    })
    return answer.text()
  }
  await page.goto(`${here.base}/ui/accounts`)
  await expect(page.getByText('Connect your first cluster')).toBeVisible()
  await page.getByRole('button', { name: 'Add account' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add account' })
  await expect(dialog.getByRole('button', { name: 'Kubernetes account' })).toBeFocused()
  await fits(page, 'account-types')
  await dialog.getByRole('button', { name: 'HTTP account' }).click()

  // What is wrong is said where it is, by the form and by the server.
  await expect(dialog.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused()
  await page.keyboard.type('my files')
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('Use only letters, digits')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('files')
  await dialog.getByRole('button', { name: 'Add entry' }).click()
  await dialog.getByRole('textbox', { name: 'Name of entry 1', exact: true }).fill(header)
  const value = dialog.getByLabel(`Value of ${header}`, { exact: true })
  await value.fill('file:/etc/hosts')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog.getByText(`${header}: refers to a secret of the server`)).toBeVisible()
  await expect(value).toBeFocused()
  await fits(page, 'account-refused')

  await value.fill(key)
  await dialog.getByLabel('Allowed hosts').fill(new URL(here.files).host)
  await page.keyboard.press('Tab')
  await dialog.getByRole('button', { name: 'Test connection' }).click()
  await expect(dialog.getByText('The test passed.')).toBeVisible()
  await expect(dialog.getByRole('img', { name: 'Passed' })).toHaveCount(1)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page).toHaveURL(/\/accounts\/files$/)
  await expect(page.getByRole('button', { name: 'Edit', exact: true })).toBeVisible() // the list, which has such accounts too, has gone
  await expect(
    page.getByRole('region', { name: 'Health' }).getByText('Reachable', { exact: true }),
  ).toBeVisible() // the server looks by itself
  await expect(page.getByText('Ready', { exact: true })).toHaveCount(2)
  expect(await file()).toBe('this is /a.txt')

  // What is stored of a secret is never shown, and it stays where nobody replaces it.
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  const change = page.getByRole('dialog', { name: 'Edit files' })
  await expect(change.getByText('Stored. The value is never shown.')).toBeVisible()
  await change.getByLabel('Username').fill('ann')
  await fits(page, 'account-change')
  await change.getByRole('button', { name: 'Save' }).click()
  await expect(change).toBeHidden()
  const [stored] = await server.ask<object[]>('GET', '/credentials/type/artifacts.http')
  expect(stored).toMatchObject({ name: 'files', username: 'ann', headers: { [header]: '[hidden]' } })
  expect(await file()).toBe('this is /a.txt')

  // Who changes where it is sent must give it anew.
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await change.getByLabel('Allowed hosts').fill('files.example.com')
  await page.keyboard.press('Tab')
  await change.getByRole('button', { name: 'Save' }).click()
  await expect(change.getByText(`${header}: enter it again`)).toBeVisible()
  await change.getByLabel(`Value of ${header}`, { exact: true }).fill(key)
  await change.getByRole('button', { name: 'Save' }).click()
  await expect(change).toBeHidden()
  await expect(page.getByText('files.example.com')).toBeVisible()
  await looks(page, 'account-artifact', 'files.example.com')
  await page.reload()

  await page.getByRole('link', { name: 'Connection test' }).click()
  await page.getByRole('button', { name: 'Test connection' }).click()
  await expect(page.getByText('The test passed.')).toBeVisible()
  await page.getByRole('link', { name: 'History' }).click()
  await expect(page.getByText('Changed', { exact: true })).toHaveCount(2)
  await expect(page.getByText('ann', { exact: true })).toBeVisible()

  // The list has it among the others.
  await page.goto(`${here.base}/ui/accounts`)
  await page.getByRole('combobox', { name: 'Type' }).click()
  await page.getByRole('option', { name: 'HTTP account' }).click()
  await expect(page).toHaveURL(/type=artifacts\.http/)
  await page.getByLabel('Filter by name, environment, or type').fill('no such account')
  await expect(page.getByText('No accounts match')).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(page.getByRole('link', { name: 'files', exact: true })).toBeVisible()
  await looks(page, 'accounts-artifacts', 'files')
  await page.reload()
  await page.getByRole('link', { name: 'files', exact: true }).click()
  await page.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('dialog').getByText('Its history is kept')).toBeVisible()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page).toHaveURL(/\/accounts$/)
  await expect(page.getByRole('link', { name: 'files', exact: true })).toHaveCount(0)
})

test('a type that nothing is known of has a form all the same', async ({ page }) => {
  const text = { type: 'string' }
  await page.route('**/credentials/types', (route) =>
    route.fulfill({
      json: [
        {
          type: 'mail',
          title: 'Mail server',
          section: 'mail.accounts',
          schema: {
            type: 'object',
            required: ['host'],
            properties: {
              name: text,
              host: { ...text, description: 'Where it is.' },
              port: { type: 'integer' },
              login: { ...text, enum: ['plain', 'none'] },
              secret: { ...text, writeOnly: true },
              extra: { type: 'object', properties: { a: text } },
            },
          },
        },
        {
          type: 'closed',
          title: 'Something else',
          section: 'else',
          schema: {},
          closed: 'else.enabled is false',
        },
      ],
    }),
  )
  await page.route('**/credentials/type/mail?**', (route) => route.fulfill({ json: [] }))
  const sent: unknown[] = []
  await page.route(
    (url) => url.pathname === '/credentials',
    async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      sent.push(route.request().postDataJSON())
      return route.fulfill({ json: route.request().postDataJSON() as object })
    },
  )
  await page.goto(`${here.base}/ui/accounts?add=true`)
  const dialog = page.getByRole('dialog', { name: 'Add account' })
  await expect(dialog.getByRole('button', { name: 'Something else' })).toBeDisabled()
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('Mail server')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('post')
  await dialog.getByLabel('Extra').fill('{')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog.getByText('This field is required')).toBeVisible()
  await expect(dialog.getByText('Enter valid JSON')).toBeVisible()
  await expect(dialog.getByLabel('Host')).toBeFocused()
  await page.keyboard.type('mail.example.com')
  await dialog.getByLabel('Port').fill('25')
  await dialog.getByRole('combobox', { name: 'Login' }).click()
  await page.getByRole('option', { name: 'plain' }).click()
  await dialog.getByLabel('Secret', { exact: true }).fill('sesame')
  await dialog.getByLabel('Extra').fill('{"a": "b"}')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page).toHaveURL(/\/accounts\/post$/)
  expect(sent).toEqual([
    {
      type: 'mail',
      name: 'post',
      host: 'mail.example.com',
      port: 25,
      login: 'plain',
      secret: 'sesame',
      extra: { a: 'b' },
    },
  ])
})
