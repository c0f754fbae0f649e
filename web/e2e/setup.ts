import { spawn } from 'node:child_process'
import type { FullConfig } from '@playwright/test'
import { seed, Server } from './seed'

const patience = 180_000

/**
 * Starts the program with a Kubernetes sandbox for each worker, so that tests side by
 * side don't see each other's applications, fills them, and ends them with the tests.
 */
export default async function setup(config: FullConfig): Promise<() => Promise<void>> {
  const started = await Promise.allSettled(Array.from({ length: config.workers }, start))
  const programs = started.flatMap((p) => (p.status === 'fulfilled' ? [p.value] : []))
  const end = async () => {
    await Promise.all(programs.map((p) => p.end()))
  }
  const failed = started.find((p) => p.status === 'rejected')
  try {
    if (failed) throw failed.reason
    const filled = await Promise.all(
      programs.map(async ({ base }) => ({ base, seeded: await seed(new Server(base)) })),
    )
    process.env['E2E_SERVERS'] = JSON.stringify(filled)
  } catch (error) {
    await end()
    throw error
  }
  return end
}

/** Starts one program with a sandbox of its own. */
async function start(): Promise<{ base: string; end: () => Promise<void> }> {
  const program = process.env['GENNAKER'] ?? '../bin/gennaker'
  const server = spawn(program, ['demo', '--auto-approve', '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const base = await new Promise<string>((found, fail) => {
    const timer = setTimeout(() => {
      fail(new Error(`the server does not start:\n${said}`))
    }, patience)
    const hear = (data: Buffer) => {
      said += data.toString()
      const address = /is running at (http:\S+)\.\s/.exec(said)?.[1]
      if (!address) return
      clearTimeout(timer)
      found(address)
    }
    server.stdout.on('data', hear)
    server.stderr.on('data', hear)
    server.on('error', fail)
    server.on('exit', (code) => {
      fail(new Error(`the server ended with ${code}:\n${said}`))
    })
  })
  return {
    base,
    end: async () => {
      server.removeAllListeners('exit')
      const ended = new Promise((done) => server.on('exit', done))
      server.kill('SIGINT')
      await ended
    },
  }
}
