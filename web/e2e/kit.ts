import { test as base, expect, type Page } from '@playwright/test'
import { Server } from './seed'

type Seeded = {
  templated: string
  waiting: string
  failed: string
  long: string
  pipeline: string
  task: string
}

/** The server of a worker, as the setup started and filled it. A worker that comes after one that failed takes over its server. */
function servedBy(worker: number): { base: string; seeded: Seeded } {
  const servers = JSON.parse(process.env['E2E_SERVERS'] ?? '[]') as { base: string; seeded: Seeded }[]
  const own = servers[worker]
  if (!own) throw new Error(`worker ${worker} has no server: the setup started ${servers.length}`)
  return own
}

/** A test with the server it is for; a page that reports an error of its own fails it. */
export const test = base.extend<{
  server: Server
  seeded: Seeded
  open: (path: string) => Promise<void>
  account: string
  project: string
}>({
  server: async ({}, give, info) => {
    await give(new Server(servedBy(info.parallelIndex).base))
  },
  seeded: async ({}, give, info) => {
    await give(servedBy(info.parallelIndex).seeded)
  },
  // A name for an account that the test adds. The account goes with the test, also
  // when it fails: one that stays is a second cluster for every test after it.
  account: async ({ server }, give, info) => {
    const name = `far-${info.repeatEachIndex}-${info.retry}`
    await give(name)
    const stored = await server.ask<{ name: string }[]>('GET', '/credentials/type/kubernetes')
    if (stored.some((account) => account.name === name)) await server.ask('DELETE', `/credentials/${name}`)
  },
  // A name for a project that the test adds, which goes with the test as well.
  project: async ({ server }, give, info) => {
    const name = `store-${info.repeatEachIndex}-${info.retry}`
    await give(name)
    const projects = await server.ask<{ id: string; name: string }[]>('GET', '/projects')
    const left = projects.find((project) => project.name.startsWith(name))
    if (!left) return
    const { ref } = await server.ask<{ ref: string }>('POST', '/tasks', {
      application: 'spinnaker',
      description: `Delete project: ${left.name}`,
      job: [{ type: 'deleteProject', project: { id: left.id } }],
    })
    await server.until<{ status: string }>(ref, (task) => task.status === 'SUCCEEDED')
  },
  page: async ({ page }, give) => {
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    page.on('console', (message) => {
      // What the server refuses, or can't do at the moment, is no error of the page.
      if (message.type() === 'error' && !/status of (4|503)|net::ERR/.test(message.text()))
        errors.push(message.text())
    })
    await give(page)
    expect(errors).toEqual([])
  },
  open: async ({ page, server }, give) => {
    await give(async (path) => {
      await page.goto(`${server.base}/ui${path}`)
    })
  },
})

export { expect, type Page }
