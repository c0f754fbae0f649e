import { isObject, objectOf, objectsOf, textOf, type Json } from '@/lib/json'

// An application's attributes as its settings have them. They are Deck's; those that
// are not known here are kept as they are.

export type About = {
  email: string
  description: string
  aliases: string
  cloudProviders: string[]
  repoType: string
  repoProjectKey: string
  repoSlug: string
}

export const repoTypes = ['github', 'gitlab', 'stash', 'bitbucket'] as const

export function aboutOf(a: Json): About {
  const providers: unknown = a['cloudProviders']
  return {
    email: textOf(a['email']),
    description: textOf(a['description']),
    aliases: textOf(a['aliases']),
    cloudProviders: (Array.isArray(providers) ? providers.map(textOf) : textOf(providers).split(','))
      .map((p) => p.trim())
      .filter(Boolean),
    repoType: textOf(a['repoType']),
    repoProjectKey: textOf(a['repoProjectKey']),
    repoSlug: textOf(a['repoSlug']),
  }
}

export function writeAbout(v: About): Json {
  return {
    email: v.email.trim(),
    description: v.description.trim(),
    aliases: v.aliases.trim(),
    cloudProviders: v.cloudProviders.join(','),
    repoType: v.repoType,
    repoProjectKey: v.repoProjectKey.trim(),
    repoSlug: v.repoSlug.trim(),
  }
}

export type Behaviour = {
  instancePort: number | string
  platformHealthOnly: boolean
  platformHealthOnlyShowOverride: boolean
  enableRestartRunningExecutions: boolean
}

export function behaviourOf(a: Json): Behaviour {
  return {
    instancePort: typeof a['instancePort'] === 'number' ? a['instancePort'] : '',
    platformHealthOnly: a['platformHealthOnly'] === true,
    platformHealthOnlyShowOverride: a['platformHealthOnlyShowOverride'] === true,
    enableRestartRunningExecutions: a['enableRestartRunningExecutions'] === true,
  }
}

export const writeBehaviour = (v: Behaviour): Json => ({
  ...v,
  instancePort: v.instancePort === '' ? null : Number(v.instancePort),
})

export const rights = ['READ', 'EXECUTE', 'WRITE'] as const
export type Permissions = Record<(typeof rights)[number], string[]>

export function permissionsOf(a: Json): Permissions {
  const given = objectOf(a['permissions'])
  const list = (key: string) => (Array.isArray(given[key]) ? given[key].map(textOf) : [])
  return { READ: list('READ'), EXECUTE: list('EXECUTE'), WRITE: list('WRITE') }
}

/** Rights that are not known here stay; a right that nobody has is left out. */
export function writePermissions(v: Permissions, before: Json): Json {
  const out: Json = { ...objectOf(before['permissions']) }
  for (const right of rights) {
    if (v[right].length > 0) out[right] = v[right]
    else Reflect.deleteProperty(out, right)
  }
  return { permissions: out }
}

/** What an application's pages can do without, by Deck's names. */
export const dataSources = [
  'executions',
  'serverGroups',
  'loadBalancers',
  'securityGroups',
  'k8s',
  'tasks',
] as const
export type DataSource = (typeof dataSources)[number]

export function disabledOf(a: Json | undefined): string[] {
  const list: unknown = objectOf(a?.['dataSources'])['disabled']
  return Array.isArray(list) ? list.map(textOf) : []
}

export function writeDisabled(off: readonly string[], before: Json): Json {
  const given = objectOf(before['dataSources'])
  const enabled = (Array.isArray(given['enabled']) ? given['enabled'].map(textOf) : []).filter(
    (s) => !off.includes(s),
  )
  return { dataSources: { ...given, enabled, disabled: [...off] } }
}

export type Link = { title: string; path: string }
export type LinkSection = { title: string; links: Link[] }

export function linksOf(a: Json | undefined): LinkSection[] {
  return objectsOf(a?.['instanceLinks']).map((s) => ({
    title: textOf(s['title']),
    links: objectsOf(s['links']).map((l) => ({ title: textOf(l['title']), path: textOf(l['path']) })),
  }))
}

export const writeLinks = (v: readonly LinkSection[]): Json => ({
  instanceLinks: v
    .filter((s) => s.links.length > 0)
    .map((s) => ({ title: s.title.trim(), links: s.links.filter((l) => l.path.trim() !== '') })),
})

/** A link with what is between {{ and }} filled in; a path alone is one of the instance itself. */
export function linkTo(
  path: string,
  values: Record<string, string | undefined>,
  port: number | string,
): string | undefined {
  const filled = path.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, key: string) =>
    encodeURIComponent(values[key] ?? ''),
  )
  const host = values['privateIpAddress']
  const whole = filled.startsWith('/')
    ? host
      ? `http://${host}${port === '' ? '' : `:${port}`}${filled}`
      : undefined
    : filled
  return whole !== undefined && /^https?:\/\//.test(whole) ? whole : undefined
}

// Deck's colours of banners, and the tones that they are here.
export const bannerTones = {
  '--color-primary': 'busy',
  '--color-success': 'good',
  '--color-warning': 'wait',
  '--color-danger': 'bad',
  '--color-alert': 'bad',
  '--color-accent': 'idle',
} as const
export const bannerColours = [
  '--color-primary',
  '--color-success',
  '--color-warning',
  '--color-danger',
] as const

export type Banner = { text: string; enabled: boolean; colour: string }

export function bannersOf(a: Json | undefined): Json[] {
  return objectsOf(a?.['customBanners'])
}

const colourOf = (b: Json): string =>
  /var\((--[\w-]+)\)/.exec(textOf(b['backgroundColor']))?.[1] ?? '--color-warning'

/** The banner that is shown, or else the first one. */
export function bannerOf(a: Json | undefined): Banner {
  const all = bannersOf(a)
  const b = all.find((x) => x['enabled'] === true) ?? all[0] ?? {}
  return { text: textOf(b['text']), enabled: b['enabled'] === true, colour: colourOf(b) }
}

/** The banner in the place of the one that was shown; the others are kept, and not shown. */
export function writeBanner(v: Banner, before: Json): Json {
  const all = bannersOf(before)
  const at = Math.max(
    0,
    all.findIndex((x) => x['enabled'] === true),
  )
  const banner = {
    ...all[at],
    text: v.text.trim(),
    enabled: v.enabled && v.text.trim() !== '',
    backgroundColor: `var(${v.colour})`,
    textColor: textOf(all[at]?.['textColor']) || 'var(--color-text-on-dark)',
  }
  return {
    customBanners: [
      ...all.slice(0, at),
      ...(v.text.trim() === '' ? [] : [banner]),
      ...all.slice(at + 1).map((x) => (v.enabled ? { ...x, enabled: false } : x)),
    ],
  }
}

export function toneOfBanner(colour: string): 'busy' | 'good' | 'wait' | 'bad' | 'idle' {
  return Object.entries(bannerTones).find(([name]) => name === colour)?.[1] ?? 'wait'
}

/** What differs between two states of the attributes; what is gone is null. */
export function changesOf(before: Json, after: Json): Json {
  const out: Json = {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    if (!same(before[key], after[key])) out[key] = after[key] ?? null
  return out
}

/** Equal whatever the order of the fields; nothing, "", [] and {} are the same. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b))
}

function plain(value: unknown): unknown {
  if (value === undefined || value === null || value === '' || value === false) return null
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(plain)
  if (!isObject(value)) return value
  const keys = Object.keys(value)
    .filter((k) => plain(value[k]) !== null)
    .sort()
  return keys.length === 0 ? null : Object.fromEntries(keys.map((k) => [k, plain(value[k])]))
}
