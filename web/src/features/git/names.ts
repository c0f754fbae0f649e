import type { GitAccount, GitRepository, RepositoryName } from './queries'

/** Accounts that can list repositories and create webhooks for triggers of a source. */
export const accountsOf = (accounts: readonly GitAccount[], source: string) =>
  accounts.filter((a) => a.hasCredentials && a.sources.includes(source))

/** Whether a trigger's project and slug name a repository. */
export const isNamed = (r: GitRepository, name: Pick<RepositoryName, 'project' | 'slug'>) =>
  r.project.toLowerCase() === name.project.toLowerCase() && r.slug.toLowerCase() === name.slug.toLowerCase()

/** The path of a trigger's repository at its host: as it is listed, otherwise as it is usually made. */
export function pathOf(name: RepositoryName, listed: readonly GitRepository[]): string {
  const found = listed.find((r) => isNamed(r, name))
  if (found) return found.path
  if (name.project === '' || name.slug === '') return ''
  return name.slug.includes('/') ? name.slug : `${name.project}/${name.slug}`
}

/** The host and the path in a repository's address: https://, ssh://, or git@host:path. */
export function placeOf(url: string): { host: string; path: string } | undefined {
  const groups =
    /^(?:https?|ssh|git\+ssh):\/\/(?:[^@/]+@)?(?<host>[^/]+)\/(?<path>.+)$/.exec(url.trim())?.groups ??
    /^[\w.-]+@(?<host>[\w.-]+):(?<path>.+)$/.exec(url.trim())?.groups
  if (!groups) return undefined
  const path = (groups['path'] ?? '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
  return { host: (groups['host'] ?? '').toLowerCase(), path }
}

/** The account of the server that an address is on, without its port if that alone differs, as with SSH. */
export function accountFor(url: string, accounts: readonly GitAccount[]): GitAccount | undefined {
  const place = placeOf(url)
  if (!place) return undefined
  const able = accounts.filter((a) => a.hasCredentials)
  const hostOf = (a: GitAccount) => (URL.canParse(a.address) ? new URL(a.address).host : '')
  const bare = (host: string) => host.replace(/:\d+$/, '').replace(/^api\./, '')
  return (
    able.find((a) => hostOf(a) === place.host) ??
    (/^(?:ssh|git)|@/.test(url.trim()) ? able.find((a) => bare(hostOf(a)) === bare(place.host)) : undefined)
  )
}

const services: Record<string, string> = {
  'github.com': 'github',
  'gitlab.com': 'gitlab',
  'bitbucket.org': 'bitbucket',
}

/** What triggers call the repository of an address: as the account lists it, otherwise by its path at a well-known host. */
export function repositoryNameOf(
  url: string,
  account: GitAccount | undefined,
  listed: readonly GitRepository[],
): RepositoryName | undefined {
  const place = placeOf(url)
  const source = account?.sources[0] ?? services[place?.host ?? '']
  if (!place || source === undefined) return undefined
  const found = listed.find((r) => r.path.toLowerCase() === place.path.toLowerCase())
  if (found) return { source, project: found.project, slug: found.slug }
  const at = place.path.lastIndexOf('/')
  if (at < 0) return undefined
  const project = place.path.slice(0, at)
  return { source, project, slug: source === 'bitbucket' ? place.path : place.path.slice(at + 1) }
}
