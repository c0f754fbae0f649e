import type { Schemas } from '@/api/client'

// A project as its form has it, and as the API takes it.

export type Project = Schemas['Project']

/** What of the project's applications runs where; * is any stack, any detail. */
export type Cluster = { account: string; stack: string; detail: string }
export type Values = {
  name: string
  email: string
  applications: string[]
  clusters: Cluster[]
  pipelines: string[]
}

const separator = ' / '

/** A pipeline as a form's choice: its application, and its id. */
export const choiceOf = (application: string, id: string) => `${application}${separator}${id}`

const text = (value: unknown, otherwise = '') => (typeof value === 'string' ? value : otherwise)

export const pipelinesOf = (project: Project) =>
  (project.config?.pipelineConfigs ?? []).map(
    (p) => p as { application?: unknown; pipelineConfigId?: unknown },
  )

export function valuesOf(project?: Project): Values {
  return {
    name: project?.name ?? '',
    email: project?.email ?? '',
    applications: project?.config?.applications ?? [],
    clusters: (project?.config?.clusters ?? []).map((c) => {
      const row = c as { account?: unknown; stack?: unknown; detail?: unknown }
      return { account: text(row.account), stack: text(row.stack, '*'), detail: text(row.detail, '*') }
    }),
    pipelines: project
      ? pipelinesOf(project).map((p) => choiceOf(text(p.application), text(p.pipelineConfigId)))
      : [],
  }
}

/**
 * What the API is sent. All stays that the form doesn't have, also in the rows of
 * clusters: one may have applications of its own. A pipeline goes with its application.
 */
export function projectOf(v: Values, before?: Project): Project {
  const rows = before?.config?.clusters ?? []
  const left = [...rows]
  return {
    ...before,
    name: v.name.trim(),
    email: v.email.trim(),
    config: {
      ...before?.config,
      applications: v.applications,
      clusters: v.clusters
        .filter((c) => c.account !== '')
        .map((c) => {
          const at = left.findIndex((row) => sameCluster(row, c))
          const kept = at < 0 ? { applications: null } : left.splice(at, 1)[0]
          return { ...kept, ...c }
        }),
      pipelineConfigs: v.pipelines.flatMap((choice) => {
        const at = choice.indexOf(separator)
        const application = choice.slice(0, at)
        return v.applications.includes(application)
          ? [{ application, pipelineConfigId: choice.slice(at + separator.length) }]
          : []
      }),
    },
  }
}

function sameCluster(row: unknown, c: Cluster): boolean {
  const { account, stack, detail } = row as { account?: unknown; stack?: unknown; detail?: unknown }
  return account === c.account && text(stack, '*') === c.stack && text(detail, '*') === c.detail
}
