import type { Stage } from '@/api/queries'
import { objectOf, objectsOf, textOf } from '@/lib/json'
import { isActive } from '@/lib/status'
import { contextOf } from './stage'

// The Kubernetes jobs that stages run, as their contexts tell of them.

export type KeptLog = { pod: string; container: string; output: string }
export type JobPod = { name: string; containers: string[] }
export type Job = {
  account: string
  location: string
  name: string
  pods: JobPod[]
  kept: KeptLog[]
  /** Whether more may be written. */
  active: boolean
  /** Where people keep the logs of such jobs; undefined where the job does not say. */
  link?: string
}

const jobTypes = ['runJob', 'runJobManifest', 'script']

/** Whether stages of a type run a job, as far as the type says. */
export const runsJob = (type: string): boolean => jobTypes.includes(type)

export function podsOf(status: unknown): JobPod[] {
  return objectsOf(objectOf(status)['pods'])
    .map((p) => {
      const of = objectOf(p['status'])
      const containers = [
        ...objectsOf(of['containerStatuses']),
        ...objectsOf(of['initContainerStatuses']),
      ].map((c) => textOf(c['name']))
      return { name: textOf(p['name']), containers: containers.filter(Boolean) }
    })
    .reverse()
}

/** The job of a stage or of those it consists of; undefined where none has begun. */
export function jobOf(stages: readonly Stage[]): Job | undefined {
  for (const stage of stages) {
    const context = contextOf(stage)
    const status = objectOf(context['jobStatus'])
    const [first] = Object.entries(objectOf(context['deploy.jobs']))
    const names = Array.isArray(first?.[1]) ? first[1] : []
    const name = textOf(status['name']) || textOf(names[0]).replace(/^\S+ /, '')
    const account = textOf(status['account']) || textOf(context['account']) || textOf(context['credentials'])
    if (name === '' || account === '') continue
    return {
      account,
      name,
      location: textOf(status['location']) || (first?.[0] ?? ''),
      pods: podsOf(status),
      kept: objectsOf(context['jobLogs']).map((l) => ({
        pod: textOf(l['pod']),
        container: textOf(l['container']),
        output: textOf(l['output']),
      })),
      active: isActive(stage.status),
      link: linkOf(textOf(objectOf(context['execution'])['logs']), {
        name,
        account,
        namespace: first?.[0] ?? '',
      }),
    }
  }
  return undefined
}

/** The annotation job.spinnaker.io/logs with its {{ names }} filled in; nothing that is no web address. */
export function linkOf(template: string, values: Record<string, string>): string | undefined {
  const link = template.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    encodeURIComponent(values[name] ?? whole),
  )
  return /^https?:\/\//.test(link) ? link : undefined
}
