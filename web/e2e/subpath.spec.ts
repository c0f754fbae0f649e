import { createServer, request, type Server as Proxy } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from './kit'

const under = '/tools/gennaker'

/** A proxy as people put before it: it takes a path away, and says nothing of it. */
async function proxyTo(target: string): Promise<{ base: string; close: () => void }> {
  const proxy: Proxy = createServer((req, res) => {
    if (!req.url?.startsWith(`${under}/`)) {
      res.writeHead(404).end()
      return
    }
    const onward = request(
      target + req.url.slice(under.length),
      { method: req.method, headers: req.headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(res)
      },
    )
    onward.on('error', () => res.destroy())
    res.on('close', () => onward.destroy())
    req.pipe(onward)
  })
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  return {
    base: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${under}`,
    close: () => {
      proxy.closeAllConnections()
      proxy.close()
    },
  }
}

test('one build works under any path', async ({ page, server, seeded }) => {
  const proxy = await proxyTo(server.base)
  try {
    await page.goto(`${proxy.base}/`)
    await expect(page).toHaveURL(`${proxy.base}/ui/`)
    await page.getByLabel('Filter by name, owner, or account').fill('shop')
    await page.getByRole('link', { name: 'shop', exact: true }).click()
    await expect(page).toHaveURL(`${proxy.base}/ui/applications/shop`)
    await expect(page.getByRole('heading', { name: 'Running versions' })).toBeVisible()
    // A page deep below, opened anew, and live.
    await page.goto(`${proxy.base}/ui/applications/shop/executions/${seeded.failed}`)
    await expect(page.getByText('Nobody is on call').first()).toBeVisible()
    await expect(page.locator('.react-flow__node').first()).toBeVisible()
  } finally {
    proxy.close()
  }
})
