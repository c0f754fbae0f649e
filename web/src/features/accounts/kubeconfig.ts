import { parse } from 'yaml'
import { objectOf, objectsOf, textOf } from '@/lib/json'

/** What a kubeconfig says, as far as the form needs to know. */
export type Facts = { contexts: string[]; current: string; runs?: string; files?: string }

/** factsOf reads a kubeconfig; what can't be read has none. */
export function factsOf(text: string): Facts {
  let config: ReturnType<typeof objectOf>
  try {
    config = objectOf(parse(text, { maxAliasCount: 100 }))
  } catch {
    return { contexts: [], current: '' }
  }
  const contexts = objectsOf(config['contexts'])
    .map((c) => textOf(c['name']))
    .filter(Boolean)
  const users = objectsOf(config['users']).map((u) => ({
    name: textOf(u['name']),
    user: objectOf(u['user']),
  }))
  const runs = users.find((u) => u.user['exec'] !== undefined || u.user['auth-provider'] !== undefined)?.name
  const files =
    users.find((u) =>
      ['client-certificate', 'client-key', 'tokenFile'].some((key) => u.user[key] !== undefined),
    )?.name ??
    objectsOf(config['clusters']).find(
      (c) => objectOf(c['cluster'])['certificate-authority'] !== undefined,
    )?.['name']
  return {
    contexts: [...new Set(contexts)],
    current: textOf(config['current-context']),
    ...(runs === undefined ? {} : { runs }),
    ...(files === undefined ? {} : { files: textOf(files) }),
  }
}

/** What the server will hardly take of it: programs and files of its own. */
export function troubleOf(facts: Facts): { key: 'runs' | 'files'; user: string } | undefined {
  if (facts.runs !== undefined) return { key: 'runs', user: facts.runs }
  return facts.files === undefined ? undefined : { key: 'files', user: facts.files }
}
