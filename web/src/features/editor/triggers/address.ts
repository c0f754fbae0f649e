import { textOf, type Json } from '@/lib/json'

/** What people call the Git hosts. */
export const hosts: Record<string, string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  bitbucket: 'Bitbucket',
  stash: 'Stash',
  gitea: 'Gitea',
  forgejo: 'Forgejo',
}

/** The path that a trigger's webhooks are sent to; undefined for a trigger that none starts, empty without a source. */
export function webhookPath(trigger: Json): string | undefined {
  const type = textOf(trigger['type'])
  if (type !== 'git' && type !== 'webhook' && type !== 'cdevents') return undefined
  const source = textOf(trigger['source'])
  return source === '' ? '' : `/webhooks/${type}/${encodeURIComponent(source)}`
}

const builds = ['jenkins', 'travis', 'concourse', 'wercker', 'gitlab-ci']

/** The type of the events that a trigger compares itself with; undefined if it can't be tried. */
export function eventTypeOf(trigger: Json): string | undefined {
  const type = textOf(trigger['type'])
  if (type === '' || type === 'cron' || type === 'manual') return undefined
  return builds.includes(type) ? 'build' : type
}

/** The header by which a Git host names an event; undefined if the payload says all. */
export function eventHeader(source: string): string | undefined {
  switch (source) {
    case 'github':
      return 'X-GitHub-Event'
    case 'gitea':
    case 'forgejo':
      return 'X-Gitea-Event'
    case 'bitbucket':
    case 'stash':
      return 'X-Event-Key'
    default:
      return undefined
  }
}
