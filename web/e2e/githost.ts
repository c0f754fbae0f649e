import { createHmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

// A Git host with the API of Gitea, as far as webhooks go, with one repository: acme/parcel.

export type Hook = {
  id: number
  active: boolean
  events: string[]
  config: { url: string; secret?: string }
}

export class GitHost {
  readonly token = 'token-of-the-git-host'
  hooks: Hook[] = []
  private next = 0

  /** Answers a request of the API; false if it is none. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? '', 'http://host')
    if (!url.pathname.startsWith('/api/v1/')) return false
    const say = (status: number, body?: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(body === undefined ? undefined : JSON.stringify(body))
    }
    if (request.headers.authorization !== `token ${this.token}`) {
      say(401, { message: 'invalid token' })
      return true
    }
    const repository = {
      name: 'parcel',
      full_name: 'acme/parcel',
      default_branch: 'main',
      owner: { login: 'acme' },
      html_url: `http://${request.headers.host ?? ''}/acme/parcel`,
    }
    const own = '/api/v1/repos/acme/parcel'
    const id = Number(/\/hooks\/(\d+)$/.exec(url.pathname)?.[1] ?? 0)
    if (url.pathname === '/api/v1/repos/search')
      say(200, { ok: true, data: url.searchParams.get('page') === '1' ? [repository] : [] })
    else if (url.pathname === own) say(200, repository)
    else if (url.pathname === `${own}/branches`) say(200, [{ name: 'dev' }, { name: 'main' }])
    else if (url.pathname === `${own}/hooks` && request.method === 'GET')
      say(
        200,
        this.hooks.map((h) => ({ ...h, config: { url: h.config.url } })),
      )
    else if (url.pathname === `${own}/hooks`)
      this.read(request, (body) => {
        const hook = { ...body, id: ++this.next }
        this.hooks.push(hook)
        say(201, hook)
      })
    else if (id > 0 && request.method === 'PATCH')
      this.read(request, (body) => {
        this.hooks = this.hooks.map((h) => (h.id === id ? { ...h, ...body, id } : h))
        say(200, {})
      })
    else if (id > 0 && request.method === 'DELETE') {
      this.hooks = this.hooks.filter((h) => h.id !== id)
      response.writeHead(204).end()
    } else say(404, { message: 'not found' })
    return true
  }

  /** Tells a server of a push, as the host does: signed, by the path of its webhook. */
  async push(base: string, commit: string): Promise<number> {
    const [hook] = this.hooks
    if (!hook) throw new Error('the repository has no webhook')
    const to = new URL(hook.config.url)
    const body = JSON.stringify({
      ref: 'refs/heads/main',
      before: '1'.repeat(40),
      after: commit,
      commits: [{ id: commit, added: ['deploy/new.yaml'], modified: [] }],
      repository: { name: 'parcel', owner: { login: 'acme' }, html_url: 'http://host/acme/parcel' },
    })
    const answer = await fetch(base + to.pathname + to.search, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Gitea-Event': 'push',
        'X-Gitea-Delivery': commit,
        'X-Gitea-Signature': createHmac('sha256', hook.config.secret ?? '')
          .update(body)
          .digest('hex'),
      },
      body,
    })
    return answer.status
  }

  private read(request: IncomingMessage, then: (body: Hook) => void): void {
    let text = ''
    request.on('data', (data: Buffer) => (text += data.toString()))
    request.on('end', () => {
      then(JSON.parse(text) as Hook)
    })
  }
}
