import { expect, test, type Page } from './kit'
import { looks } from './looks'

// What waits for a person: worked through with the keyboard.

const ask = [{ refId: '1', type: 'manualJudgment', name: 'Release it?', requisiteStageRefIds: [] }]
const broken = [
  {
    refId: '1',
    type: 'checkPreconditions',
    name: 'Enough room?',
    requisiteStageRefIds: [],
    preconditions: [{ type: 'expression', failPipeline: true, context: { expression: '${1 == 2}' } }],
  },
]

const focused = (page: Page) => page.locator('[data-row]:focus')

test('the inbox is worked through by keys: done, snoozed, taken back', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `askedin${info.retry}`
  await server.application(app)
  await server.pipeline(app, 'Ask', ask)
  await server.pipeline(app, 'Break', broken)
  const waiting = await server.start(app, 'Ask')
  await server.waits(waiting)
  await server.ended(await server.start(app, 'Break'))

  await open('/')
  const entry = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Inbox/ })
  await expect(entry).toContainText(/\d/)
  await entry.click()
  const list = page.getByRole('list', { name: 'Inbox' })
  const failure = list.getByRole('listitem').filter({ hasText: 'Break #1 failed at Enough room?' })
  const approval = list.getByRole('listitem').filter({ hasText: app }).filter({ hasText: 'Release it?' })
  await expect(failure).toBeVisible()
  await expect(approval).toBeVisible()
  await looks(page, 'inbox', /Break #1/)
  await open('/inbox')
  await expect(failure).toBeVisible()
  const before = await list.getByRole('listitem').count()

  // What others wait for comes first.
  await page.keyboard.press('j')
  await expect(focused(page)).toContainText('needs approval')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await expect(focused(page)).toContainText('needs approval')
  await failure.getByRole('link').focus()
  await page.keyboard.press('d')
  await expect(failure).toBeHidden()
  await expect(list.getByRole('listitem')).toHaveCount(before - 1)
  await expect(focused(page)).toHaveCount(1)
  await page.keyboard.press('u')
  await expect(failure).toBeVisible()
  await failure.getByRole('link').focus()
  await page.keyboard.press('s')
  await page.getByRole('menuitem', { name: 'Until tomorrow' }).click()
  await expect(failure).toBeHidden()
  await page.reload()
  await expect(list.getByRole('listitem')).toHaveCount(before - 1)
  await page.getByText('Snoozed', { exact: true }).click()
  await expect(page).toHaveURL(/view=snoozed/)
  await failure.getByRole('button', { name: 'Move back to open' }).click()
  await expect(page.getByText('Nothing is snoozed')).toBeVisible()
  await page.getByText('Open', { exact: true }).click()

  // It leads to what waits, and what is answered elsewhere leaves by itself.
  await approval.getByRole('link').focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/executions/${waiting}`))
  await page.goBack()
  await expect(approval).toBeVisible()
  const run = await server.ask<{ stages: { id: string }[] }>('GET', `/pipelines/${waiting}`)
  await server.ask('PATCH', `/pipelines/${waiting}/stages/${run.stages[0]?.id}`, {
    judgmentStatus: 'continue',
  })
  await expect(approval).toBeHidden()
})

test('clusters whose credentials do not work are in the inbox', async ({ page, open }) => {
  await page.route(
    (url) => url.pathname.endsWith('/inbox') && !url.pathname.startsWith('/ui'),
    (route) =>
      route.fulfill({
        json: {
          truncated: true,
          items: [
            {
              id: 'account:kubernetes:prod:1',
              kind: 'account',
              time: 1_790_000_000_000,
              account: 'prod',
              accountType: 'kubernetes',
              reason: 'AuthenticationFailed',
              message: 'the token has expired',
            },
          ],
        },
      }),
  )
  await open('/inbox')
  const row = page.getByRole('list', { name: 'Inbox' }).getByRole('listitem')
  await expect(row).toContainText('prod isn’t working')
  await expect(row).toContainText('the token has expired')
  await expect(page.getByText('Not all items are shown')).toBeVisible()
  await expect(row.getByRole('link')).toHaveAttribute('href', /\/accounts\/prod\?type=kubernetes&tab=test$/)
  await row.getByRole('button', { name: 'Mark as done' }).click()
  await expect(page.getByText('Nothing needs you')).toBeVisible()
})
