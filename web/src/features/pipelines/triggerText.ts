import { textOf, type Json } from '@/lib/json'

/** What a trigger is about, in a few words beside its type; pipelines are named by their ids. */
export function triggerText(trigger: Json, pipelines: ReadonlyMap<string, string>): string {
  const of = (key: string) => textOf(trigger[key])
  const path = [of('project'), of('slug')].filter(Boolean).join('/')
  switch (of('type')) {
    case 'cron':
      return of('cronExpression')
    case 'git':
      return [path, of('branch')].filter(Boolean).join('@')
    case 'docker':
      return [of('repository'), of('tag')].filter(Boolean).join(':')
    case 'pipeline': {
      const id = of('pipeline')
      return pipelines.get(id) ?? [of('application'), id].filter(Boolean).join(' · ')
    }
    case 'webhook':
    case 'plugin':
      return of('source')
    case 'pubsub':
      return of('subscriptionName')
    case 'helm':
      return [of('chart'), of('version')].filter(Boolean).join(' ')
    default:
      return [of('master'), of('job')].filter(Boolean).join('/')
  }
}
