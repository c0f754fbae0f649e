import { spawn } from 'node:child_process'
import { seed, Server } from './seed'

const patience = 180_000

/** Starts the program with a Kubernetes sandbox, fills it, and ends it with the tests. */
export default async function setup(): Promise<() => Promise<void>> {
  const program = process.env['GENNAKER'] ?? '../bin/gennaker'
  const server = spawn(program, ['demo', '--auto-approve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const base = await new Promise<string>((found, fail) => {
    const timer = setTimeout(() => { fail(new Error(`the server does not start:\n${said}`)) }, patience)
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
    server.on('exit', (code) => { fail(new Error(`the server ended with ${code}:\n${said}`)) })
  })
  process.env['E2E_BASE'] = base
  process.env['E2E_SEED'] = JSON.stringify(await seed(new Server(base)))
  return async () => {
    server.removeAllListeners('exit')
    const ended = new Promise((done) => server.on('exit', done))
    server.kill('SIGINT')
    await ended
  }
}
