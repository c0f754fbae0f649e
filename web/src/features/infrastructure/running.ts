import { queryOptions } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from '@/api/client'
import { keys, type ServerGroup } from '@/api/queries'
import { isObject, objectOf, objectsOf, textOf, type Json } from '@/lib/json'

/** Something that is being done to an object at this moment. */
export type Work = { account: string; region: string; object: string; name: string; path: string }

const active = 'NOT_STARTED,RUNNING,PAUSED,SUSPENDED'
const most = 50

/** What is being done to an application's objects, by tasks and by pipelines. */
export const workQuery = (app: string) =>
  queryOptions({
    queryKey: [...keys.tasks(app), 'work'],
    queryFn: async () => {
      const path = { path: { application: app } }
      const [tasks, executions] = await Promise.all([
        unwrap(client.GET('/applications/{application}/tasks', { params: { ...path, query: { page: 1, limit: most, statuses: active } } })),
        unwrap(client.GET('/applications/{application}/executions/search', { params: { ...path, query: { statuses: active, size: most, expand: true } } })),
      ])
      return [...tasks.flatMap((task) => workOf(task.execution, task.name ?? '', `/tasks/${encodeURIComponent(task.id)}`)), ...executions.flatMap((e) => workOf(e, e.name ?? '', `/applications/${encodeURIComponent(app)}/executions/${encodeURIComponent(e.id)}`))]
    },
    staleTime: 5000,
  })

type Run = { stages?: readonly Schemas['StageExecution'][] }

/** The objects that an execution's running stages work on. */
export function workOf(run: Run, name: string, path: string): Work[] {
  return (run.stages ?? []).filter((s) => s.status === 'RUNNING').flatMap((s) => {
    const context = objectOf(s.context)
    return objectsIn(context).map((o) => ({ ...o, name: textOf(s.name) && textOf(s.name) !== textOf(s.type) ? textOf(s.name) : name, path }))
  })
}

/** The objects that a stage's context names: those it is about, and those it deploys. */
export function objectsIn(context: Json): { account: string; region: string; object: string }[] {
  const account = textOf(context['account'])
  const out: { account: string; region: string; object: string }[] = []
  if (typeof context['manifestName'] === 'string') out.push({ account, region: textOf(context['location']), object: context['manifestName'] })
  for (const m of [...objectsOf(context['manifests']), ...objectsOf(context['outputs.manifests'])]) {
    const metadata = objectOf(m['metadata'])
    const kind = textOf(m['kind'])
    if (!isObject(m['metadata']) || kind === '') continue
    out.push({ account, region: textOf(metadata['namespace']) || 'default', object: `${kind.charAt(0).toLowerCase()}${kind.slice(1)} ${textOf(metadata['name'])}` })
  }
  return out
}

/** What is being done to a server group, or to what manages it. */
export function workOn(work: readonly Work[], g: Pick<ServerGroup, 'account' | 'region' | 'name' | 'cluster'>): Work | undefined {
  return work.find((w) => w.account === g.account && w.region === g.region && (w.object === g.name || w.object === g.cluster))
}
