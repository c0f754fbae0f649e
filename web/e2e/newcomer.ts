import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server as Http } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { GitHost } from './githost'

// What a newcomer has: a server with nothing in it, a cluster, and what is to be
// deployed: a Git repository and a repository of charts, served by this process.

const run = promisify(execFile)
const program = process.env['GENNAKER'] ?? '../bin/gennaker'
const patience = 180_000

/** Starts a program, and waits until it says what is waited for. */
async function start(
  path: string,
  args: string[],
  says: RegExp,
): Promise<{ child: ChildProcess; found: RegExpExecArray }> {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const found = await new Promise<RegExpExecArray>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`${path} does not come up:\n${said}`))
    }, patience)
    const hear = (data: Buffer) => {
      said += data.toString()
      const match = says.exec(said)
      if (!match) return
      clearTimeout(timer)
      resolve(match)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('error', reject)
    child.on('exit', (code) => {
      reject(new Error(`${path} ended with ${code}:\n${said}`))
    })
  })
  return { child, found }
}

async function stop(child: ChildProcess): Promise<void> {
  child.removeAllListeners('exit')
  const ended = new Promise((done) => child.on('exit', done))
  child.kill('SIGTERM')
  await ended
}

async function listen(server: Http): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const manifest = (kind: string, more: string) =>
  `apiVersion: ${kind === 'Deployment' ? 'apps/v1' : 'v1'}\nkind: ${kind}\nmetadata: {name: parcel}\n${more}\n`
const pods =
  'spec:\n  replicas: 1\n  selector: {matchLabels: {app: parcel}}\n  template: {metadata: {labels: {app: parcel}}, spec: {containers: [{name: web, image: "parcel:1"}]}}'

/** A repository with manifests below deploy/, over Git's smart HTTP, on a Git host. */
async function gitServer(dir: string, host: GitHost): Promise<Http> {
  const work = join(dir, 'work')
  await mkdir(join(work, 'deploy'), { recursive: true })
  await writeFile(join(work, 'README.md'), '# Parcel\n')
  await writeFile(join(work, 'deploy', 'deployment.yaml'), manifest('Deployment', pods))
  await writeFile(
    join(work, 'deploy', 'service.yaml'),
    manifest('Service', 'spec: {selector: {app: parcel}, ports: [{port: 80}]}'),
  )
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  }
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    ['commit', '-qm', 'first'],
  ])
    await run('git', args, { cwd: work, env })
  const rpc = (args: string[]) =>
    spawn('git', ['upload-pack', '--stateless-rpc', ...args, join(work, '.git')], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
  return createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/acme\//, '/')
    if (path === '/parcel.git/info/refs?service=git-upload-pack') {
      response.writeHead(200, { 'Content-Type': 'application/x-git-upload-pack-advertisement' })
      response.write('001e# service=git-upload-pack\n0000')
      rpc(['--advertise-refs']).stdout.pipe(response)
    } else if (path === '/parcel.git/git-upload-pack') {
      response.writeHead(200, { 'Content-Type': 'application/x-git-upload-pack-result' })
      const child = rpc([])
      request.pipe(child.stdin)
      child.stdout.pipe(response)
    } else if (!host.answer(request, response)) response.writeHead(404).end()
  })
}

/** A repository of charts with one in it, in two versions. */
async function chartServer(dir: string): Promise<Http> {
  const chart = join(dir, 'charts', 'letter')
  await mkdir(join(chart, 'templates'), { recursive: true })
  await writeFile(join(chart, 'values.yaml'), 'replicas: 1\n')
  await writeFile(
    join(chart, 'templates', 'deployment.yaml'),
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: "{{ .Release.Name }}"}\nspec:\n  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: letter}}\n  template: {metadata: {labels: {app: letter}}, spec: {containers: [{name: web, image: "letter:{{ .Chart.Version }}"}]}}\n`,
  )
  const archives = new Map<string, Buffer>()
  for (const version of ['1.0.0', '1.1.0']) {
    await writeFile(join(chart, 'Chart.yaml'), `apiVersion: v2\nname: letter\nversion: ${version}\n`)
    const file = join(dir, `letter-${version}.tgz`)
    await run('tar', ['-czf', file, '-C', join(dir, 'charts'), 'letter'])
    archives.set(`/letter-${version}.tgz`, await readFile(file))
  }
  const index =
    'apiVersion: v1\nentries:\n  letter:\n  - {name: letter, version: 1.1.0, urls: [letter-1.1.0.tgz]}\n  - {name: letter, version: 1.0.0, urls: [letter-1.0.0.tgz]}\n'
  return createServer((request, response) => {
    response.end(request.url === '/index.yaml' ? index : archives.get(request.url ?? ''))
  })
}

/** Starts the server with nothing in it. It may read from this machine, which servers usually may not. */
async function empty(dir: string): Promise<{ base: string; child: ChildProcess }> {
  const config = join(dir, 'gennaker.yaml')
  await writeFile(
    config,
    `dataDir: ${join(dir, 'data')}\nserver: {listen: "127.0.0.1:0", baseUrl: "http://localhost:8084"}\nuser-configured-url-restrictions: {rejectLocalhost: false, rejectVerbatimIps: false}\n`,
  )
  const { child, found } = await start(program, ['serve', '--config', config], /msg=ready address=(\S+)/)
  return { base: `http://${found[1] ?? ''}`, child }
}

/** A server with nothing in it, beside one that shows files to those who send the right header alone. */
export async function withFiles(
  header: string,
  value: string,
): Promise<{ base: string; files: string; end: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'files-'))
  const http = createServer((request, response) => {
    if (request.headers[header.toLowerCase()] === value) response.end(`this is ${request.url ?? ''}`)
    else response.writeHead(401).end()
  })
  const files = await listen(http)
  const { base, child } = await empty(dir)
  return {
    base,
    files,
    end: async () => {
      await stop(child)
      http.closeAllConnections()
      http.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export type World = {
  base: string
  kubeconfig: string
  git: string
  /** The Git host, and the address of its repository. */
  host: GitHost
  forge: string
  charts: string
  end: () => Promise<void>
}

/** Makes all of it. */
export async function world(): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'newcomer-'))
  const kubeconfig = join(dir, 'kubeconfig')
  const cluster = start(
    process.env['GENNAKER_SANDBOX'] ?? join(dirname(program), 'sandbox'),
    ['up', '--dir', join(dir, 'sandbox'), '--kubeconfig', kubeconfig],
    /^ready$/m,
  )
  const host = new GitHost()
  const servers = [await gitServer(dir, host), await chartServer(dir)]
  const [git, charts] = await Promise.all(servers.map(listen))
  const server = await empty(dir)
  const sandbox = await cluster
  return {
    base: server.base,
    kubeconfig: await readFile(kubeconfig, 'utf8'),
    git: `${git ?? ''}/parcel.git`,
    host,
    forge: `${git ?? ''}/acme/parcel.git`,
    charts: charts ?? '',
    end: async () => {
      await stop(server.child)
      await stop(sandbox.child)
      for (const s of servers) {
        s.closeAllConnections()
        s.close()
      }
      await rm(dir, { recursive: true, force: true })
    },
  }
}
