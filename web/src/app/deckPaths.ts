import { given, runsOf, stageOf } from './deckQuery'

// Deck's pages, each with the page that took its place. Deck's own URLs have the path
// after a "#"; proxies and scripts also made links without it.

type Params = Record<string, string>
type Query = URLSearchParams
/** Where a link leads, as the router takes it. */
export type Place = { to: string; params?: Params; search?: Record<string, string | boolean> }
type Leads = (params: Params, query: Query) => Place

const app = '/applications/$app'
const application = (path: string, search?: Place['search']): Leads => {
  return ({ app: name = '' }) => ({
    to: `${app}${path}`,
    params: { app: name },
    ...(search ? { search } : {}),
  })
}
/** A list of what runs, with Deck's filters. */
const runtime = (kind?: string): Leads => {
  return (params, query) => ({
    ...application('/infrastructure')(params, query),
    search: given({
      kind,
      q: query.get('q'),
      account: query.get('acct'),
      region: query.get('reg'),
      stack: query.get('stack'),
      detail: query.get('detail'),
    }),
  })
}
/** An object in detail, beside the list of its kind. */
const object = (kind?: string): Leads => {
  return (params, query) => ({
    ...application('/infrastructure')(params, query),
    search: given({ kind, in: params['account'], at: params['region'], show: params['name'] }),
  })
}
const run: Leads = ({ app: name = '', id = '' }, query) => ({
  to: `${app}/executions/$id`,
  params: { app: name, id },
  search: stageOf(query),
})
const task: Leads = ({ id = '' }) => ({ to: '/tasks/$id', params: { id } })
const project: Leads = ({ project: name = '' }) => ({ to: '/projects/$project', params: { project: name } })

/** Paths as Deck has them, below /applications/:app and also below a project. */
const pagesOfApplication: readonly (readonly [string, Leads])[] = [
  ['', application('')],
  [
    '/executions',
    (params, query) => ({ ...application('/executions')(params, query), search: runsOf(query) }),
  ],
  ['/executions/details/:id', run],
  [
    '/executions/configure/:id',
    ({ app: name = '', id = '' }, query) => ({
      to: `${app}/pipelines/$id/edit`,
      params: { app: name, id },
      search: given({ run: query.get('executionId') }),
    }),
  ],
  ['/executions/:id', run],
  ['/clusters', runtime()],
  ['/clusters/serverGroupDetails/:provider/:account/:region/:name', object()],
  ['/clusters/serverGroupManagerDetails/:provider/:account/:region/:name', object()],
  ['/clusters/instanceDetails/:provider/:id', runtime('instances')],
  ['/clusters/multipleServerGroups', runtime()],
  ['/clusters/multipleInstances', runtime('instances')],
  ['/loadBalancers', runtime('loadBalancers')],
  // Kubernetes has no VPCs: theirs is empty.
  ['/loadBalancers/loadBalancerDetails/:provider/:account/:region/:name', object('loadBalancers')],
  ['/loadBalancers/instanceDetails/:provider/:id', runtime('instances')],
  ['/firewalls', runtime('firewalls')],
  ['/firewalls/firewallDetails/:provider/:account/:region/:name', object('firewalls')],
  ['/kubernetes', runtime('resources')],
  ['/kubernetes/rawResourceDetails/:account/:region/:name', object('resources')],
  ['/:list/manifest/:provider/:account/:region/:name', object()],
  [
    '/tasks',
    (params, query) => ({ ...application('/tasks')(params, query), search: given({ q: query.get('q') }) }),
  ],
  ['/tasks/:id', task],
  ['/config', application('/settings')],
]

/** Deck's other paths. */
const pages: readonly (readonly [string, Leads])[] = [
  ['', () => ({ to: '/' })],
  ['/search', (_, query) => ({ to: '/', search: given({ find: query.get('q') ?? query.get('key') }) })],
  ['/applications', (_, query) => ({ to: query.get('create') ? '/new' : '/' })],
  ['/projects', () => ({ to: '/projects' })],
  ['/projects/:project', project],
  ['/projects/:project/dashboard', project],
  ['/projects/:project/applications', project],
  [
    '/executions/:id',
    ({ id = '' }, query) => ({ to: '/executions/$id', params: { id }, search: stageOf(query) }),
  ],
  ['/tasks/:id', task],
  [
    '/instance/:provider/:account/:region/:name',
    ({ account = '', region = '', name = '' }) => ({
      to: '/instances/$account/$region/$name',
      params: { account, region, name },
    }),
  ],
  ['/pipeline-templates', () => ({ to: '/templates' })],
  ['/pipeline-templates/:id', ({ id = '' }) => ({ to: '/templates/$id', params: { id } })],
  ['/account-management', () => ({ to: '/accounts' })],
]

const table: readonly (readonly [string, Leads])[] = [
  ...pages,
  ...pagesOfApplication.map(([path, leads]) => [`/applications/:app${path}`, leads] as const),
  ...pagesOfApplication.map(
    ([path, leads]) => [`/projects/:project/applications/:app${path}`, leads] as const,
  ),
]

/** The paths that are not this program's own, as its router writes them: they work without the "#", too. */
export const deckPages = [
  '/applications/$app/executions/details/$id',
  '/applications/$app/executions/configure/$id',
  '/applications/$app/clusters',
  '/applications/$app/loadBalancers',
  '/applications/$app/firewalls',
  '/applications/$app/config',
] as const

/** fromDeck is where a path of Deck leads, with its query; undefined if there is no page for it. */
export function fromDeck(path: string, query = ''): Place | undefined {
  const parts = segments(path)
  if (!parts) return undefined
  for (const [pattern, leads] of table) {
    const params = match(segments(pattern) ?? [], parts)
    if (params) return leads(params, new URLSearchParams(query))
  }
  return undefined
}

/**
 * fromHash is where the part of a URL after "#" leads, which the router has without it;
 * undefined if it isn't one of Deck's. What has no page here leads to the first one,
 * which says so.
 */
export function fromHash(hash: string): Place | undefined {
  if (!hash.startsWith('/')) return undefined
  const [path = '', query] = hash.split(/\?(.*)/s)
  return fromDeck(path, query) ?? { to: '/', search: { deck: hash } }
}

/** The parts of a path, decoded; undefined if one can't be. */
function segments(path: string): string[] | undefined {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    return undefined
  }
}

function match(pattern: readonly string[], parts: readonly string[]): Params | undefined {
  if (pattern.length !== parts.length) return undefined
  const params: Params = {}
  for (const [i, wanted] of pattern.entries()) {
    const part = parts[i] ?? ''
    if (wanted.startsWith(':')) params[wanted.slice(1)] = part
    else if (wanted !== part) return undefined
  }
  return params
}
