import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { keys } from '@/api/queries'
import { objectOf } from '@/lib/json'
import type { KubernetesObject, Place } from './object'
import { namesOf, objectsIn } from './work'

/** What has deployed an object: an execution of a pipeline, or a task. */
export type Deployment = { name: string; path: string; time: number }

const looked = 10

/** The last of the latest executions and tasks that deployed an object; null where none of them did. */
export const deployedByQuery = (place: Place, o: KubernetesObject) =>
  queryOptions({
    queryKey: [...keys.infrastructure(place.app), 'deployedBy', place.account, place.location, place.name],
    queryFn: async (): Promise<Deployment | null> => {
      const path = { path: { application: place.app } }
      // A pod or a ReplicaSet is of the deployment before it; anything else of the last one.
      const made = ['Pod', 'ReplicaSet'].includes(o.kind ?? '')
        ? Date.parse(o.metadata?.creationTimestamp ?? '')
        : NaN
      const [executions, tasks] = await Promise.all([
        unwrap(
          client.GET('/applications/{application}/executions/search', {
            params: {
              ...path,
              query: {
                size: looked,
                expand: true,
                ...(Number.isNaN(made) ? {} : { triggerTimeEndBoundary: made + 1000 }),
              },
            },
          }),
        ),
        unwrap(
          client.GET('/applications/{application}/tasks', {
            params: { ...path, query: { page: 1, limit: looked } },
          }),
        ),
      ])
      const names = namesOf(place, o)
      const about = (
        stages: readonly { context?: unknown; type?: string; startTime?: number }[] | undefined,
      ) =>
        (stages ?? []).find(
          (s) =>
            s.type === 'deployManifest' &&
            s.startTime !== undefined &&
            objectsIn(objectOf(s.context)).some(
              (x) => x.account === place.account && x.region === place.location && names.includes(x.object),
            ),
        )?.startTime
      const found: Deployment[] = []
      for (const e of executions) {
        const time = about(e.stages)
        if (time)
          found.push({
            name: e.name ?? e.id,
            path: `/applications/${encodeURIComponent(place.app)}/executions/${encodeURIComponent(e.id)}`,
            time,
          })
      }
      for (const task of tasks) {
        const time = about(task.execution.stages)
        if (time && !(time > made + 1000))
          found.push({ name: task.name ?? task.id, path: `/tasks/${encodeURIComponent(task.id)}`, time })
      }
      return found.sort((a, b) => b.time - a.time)[0] ?? null
    },
    enabled: place.app !== '',
    staleTime: 60_000,
    retry: false,
  })
