import type { Schemas } from '@/api/client'
import { byName } from '@/lib/order'
import type { Definition } from './definition'
import { healthOf, type Condition, type State } from './health'
import type { AccountType } from './queries'
import { descriptorOf, typeOfArtifacts } from './registry'
import { labelOf } from './schemaFields'
import { needOf, watchOf, type Account } from './watch'

/** An account of any kind, as the list has it. */
export type Listed = {
  name: string
  /** The type that it has, or would have if it were stored; the artifacts' where that is not known. */
  type: string
  /** What people call an account of the type. */
  title: string
  /** What is stored of it; none where it is of the configuration. */
  definition?: Definition
  /** What a cloud account is, and how its cluster is seen. */
  cloud?: Account
  /** The types of artifacts that can be fetched with it. */
  artifacts?: readonly string[]
  /** What the server found when it looked last; none where it hasn't yet. */
  conditions?: readonly Condition[]
}

/** What is to be listed together. */
export type Sources = {
  cloud: readonly Account[]
  artifacts: readonly Schemas['ArtifactAccount'][]
  stored: readonly Definition[]
  types: readonly AccountType[]
  states: readonly State[]
}

/** The accounts of the clouds, of artifacts, and those that are in neither list, each once; what needs somebody to look comes first. */
export function listed({ cloud, artifacts, stored, types, states }: Sources): Listed[] {
  const title = (type: string) => types.find((t) => t.type === type)?.title ?? titleOf(type)
  const left = new Map(stored.map((d) => [d.name, d]))
  const take = (name: string, fits: (type: string) => boolean) => {
    const definition = left.get(name)
    if (!definition || !fits(definition.type)) return undefined
    left.delete(name)
    return definition
  }
  const out: Listed[] = cloud.map((account) => ({
    name: account.name,
    type: account.type,
    title: title(account.type),
    cloud: account,
    definition: take(account.name, (type) => type === account.type),
  }))
  for (const { name, types: fetched } of artifacts) {
    if (isBuiltIn(name, fetched)) continue
    const definition = take(name, () => true)
    const type = definition?.type ?? typeOfArtifacts(fetched)
    out.push({
      name,
      type: type ?? fetched.join(', '),
      title: type === undefined ? fetched.join(', ') : title(type),
      artifacts: fetched,
      definition,
    })
  }
  for (const definition of left.values())
    out.push({ name: definition.name, type: definition.type, title: title(definition.type), definition })
  const unseen = new Map(states.map((state) => [`${state.type}/${state.name}`, state]))
  for (const account of out) {
    const key = `${account.type}/${account.name}`
    account.conditions = unseen.get(key)?.conditions
    unseen.delete(key)
  }
  for (const { name, type, conditions } of unseen.values()) {
    const known = out.find(
      (a) =>
        a.name === name && a.conditions === undefined && a.artifacts && !types.some((t) => t.type === a.type),
    )
    if (known)
      known.conditions = conditions // of a type that the artifacts don't tell
    else out.push({ name, type, title: title(type), conditions })
  }
  return out.sort((a, b) => needOfListed(a) - needOfListed(b) || byName(a.name, b.name))
}

// What can be fetched without an account is among those of artifacts too, since
// pipelines name it like one. Nobody adds it, and there is nothing to see.
const builtIn = ['embedded', 'remote', 'custom', 'kubernetes', 'front50']
const isBuiltIn = (name: string, types: readonly string[]) =>
  name === 'docker-registry' || types.every((type) => builtIn.includes(type.split('/')[0] ?? ''))

const titleOf = (type: string) => descriptorOf(type).title ?? labelOf(type)

/**
 * Whether an account is stored and not in use: one that was just added, or that
 * something is wrong with. Those of a type that no list has are taken to be in use.
 */
export function isIdle(a: Listed): boolean {
  const { cluster = false, artifacts } = descriptorOf(a.type)
  if (healthOf(a.conditions)) return false // somebody has looked, and tells how it is
  return a.cloud === undefined && a.artifacts === undefined && (cluster || artifacts !== undefined)
}

const needOfListed = (a: Listed) => Math.min(needOfHealth(a), needOfView(a))

function needOfHealth(a: Listed): number {
  const tone = healthOf(a.conditions)?.tone
  return needOf(tone === 'bad' ? 'down' : tone === 'wait' ? 'degraded' : 'live')
}

const needOfView = (a: Listed) =>
  a.cloud ? needOf(watchOf(a.cloud).state) : isIdle(a) ? needOf('degraded') : needOf('live')

/** The account that a page is about: the one of the type, where several have the name. */
export function chosen(accounts: readonly Listed[], name: string, type?: string): Listed | undefined {
  const named = accounts.filter((a) => a.name === name)
  return named.find((a) => a.type === type) ?? named.find((a) => a.cloud) ?? named[0]
}
