// Where manifests and charts come from: addresses as people paste them.

export type Place = { url: string; branch?: string; path?: string }

const forges: [RegExp, (groups: Record<string, string>) => Place][] = [
  // Pages of GitHub and Gitea, of GitLab, and of Bitbucket.
  [/^(?<base>https?:\/\/[^/]+\/[^/]+\/[^/]+)\/(?:tree|blob)\/(?<branch>[^/]+)(?:\/(?<path>.*))?$/, inGit],
  [/^(?<base>https?:\/\/[^/]+\/[^/]+\/[^/]+)\/src\/branch\/(?<branch>[^/]+)(?:\/(?<path>.*))?$/, inGit],
  [
    /^(?<base>https?:\/\/[^/]+\/.+?)\/-\/(?:tree|blob)\/(?<branch>[^/?]+)(?:\/(?<path>[^?]*))?(?:\?.*)?$/,
    inGit,
  ],
  [/^(?<base>https?:\/\/bitbucket\.org\/[^/]+\/[^/]+)\/src\/(?<branch>[^/]+)(?:\/(?<path>.*))?$/, inGit],
]

function inGit(groups: Record<string, string>): Place {
  const path = decode((groups['path'] ?? '').replace(/\/+$/, ''))
  return {
    url: `${groups['base'] ?? ''}.git`,
    branch: decode(groups['branch'] ?? ''),
    ...(path ? { path } : {}),
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A page of a repository as its address, branch and path; any other address as it is. */
export function repositoryOf(text: string): Place {
  const url = text.trim()
  for (const [pattern, read] of forges) {
    const groups = pattern.exec(url)?.groups
    if (groups) return read(groups)
  }
  return { url }
}

/** Whether a text can be the address of a Git repository. */
export function isRepository(text: string): boolean {
  return /^(https?|ssh|git\+ssh):\/\/[^\s/]+\/\S+$/.test(text) || /^[\w.-]+@[\w.-]+:\S+$/.test(text)
}

export const isWebAddress = (text: string) => /^https?:\/\/[^\s/]+(\/\S*)?$/.test(text)

export type FileAddress = { reference: string; version?: string }

/** The page of a file as what an account of a type reads: the file itself, or the API's address of it. */
export function fileOf(text: string, type: string): FileAddress {
  const url = text.trim()
  const hub =
    /^https:\/\/github\.com\/(?<repo>[^/]+\/[^/]+)\/(?:blob|raw)\/(?<branch>[^/]+)\/(?<path>.+)$/.exec(
      url,
    )?.groups
  if (hub && type === 'github/file')
    return {
      reference: `https://api.github.com/repos/${hub['repo']}/contents/${hub['path']}`,
      version: decode(hub['branch'] ?? ''),
    }
  if (hub)
    return { reference: `https://raw.githubusercontent.com/${hub['repo']}/${hub['branch']}/${hub['path']}` }
  const lab =
    /^(?<base>https?:\/\/[^/]+)\/(?<repo>.+?)\/-\/(?:blob|raw)\/(?<branch>[^/]+)\/(?<path>[^?]+)/.exec(
      url,
    )?.groups
  if (lab && type === 'gitlab/file') {
    return {
      reference: `${lab['base']}/api/v4/projects/${encodeURIComponent(lab['repo'] ?? '')}/repository/files/${encodeURIComponent(decode(lab['path'] ?? ''))}/raw`,
      version: decode(lab['branch'] ?? ''),
    }
  }
  if (lab) return { reference: `${lab['base']}/${lab['repo']}/-/raw/${lab['branch']}/${lab['path']}` }
  return { reference: url }
}

export type Charts = Record<string, { version: string; url: string }[]>

/** The charts in the index of a repository, newest first as it lists them, with the whole address of each. */
export function chartsOf(index: unknown, repository: string): Charts {
  const entries =
    typeof index === 'object' && index !== null && 'entries' in index ? index.entries : undefined
  if (typeof entries !== 'object' || entries === null) return {}
  const base = `${repository.trim().replace(/\/+$/, '')}/`
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, list]) => {
      const versions = (Array.isArray(list) ? (list as { version?: unknown; urls?: unknown }[]) : []).flatMap(
        (entry) => {
          const at: unknown = Array.isArray(entry.urls) ? entry.urls[0] : undefined
          return typeof entry.version === 'string' && typeof at === 'string' && URL.canParse(at, base)
            ? [{ version: entry.version, url: new URL(at, base).href }]
            : []
        },
      )
      return versions.length > 0 ? [[name, versions]] : []
    }),
  )
}
