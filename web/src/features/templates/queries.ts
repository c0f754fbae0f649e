import { queryOptions } from '@tanstack/react-query'
import { taskEnded } from '@/api/actions'
import { client, unwrap } from '@/api/client'
import type { Json } from '@/lib/json'
import { templatesOf, type Template, type Version } from './model'

const all = ['templates'] as const
export const templateKeys = { all, users: [...all, 'users'] as const }

/** All templates, of both versions of their format, with their versions. */
export const templatesQuery = queryOptions({
  queryKey: [...all, 'list'],
  queryFn: async () => templatesOf(await unwrap(client.GET('/pipelineTemplates'))),
  staleTime: 10_000,
})

const dependents = () => unwrap(client.GET('/v2/pipelineTemplates/dependents'))

/** A pipeline that is made of a template. */
export type Templated = Awaited<ReturnType<typeof dependents>>[number]

/** The pipelines that are made of templates. */
export const templatedQuery = queryOptions({
  queryKey: templateKeys.users,
  queryFn: dependents,
  staleTime: 10_000,
})

/** What would be started of a pipeline with a template. */
export const planPipeline = (pipeline: Json): Promise<Json> =>
  unwrap(client.POST('/v2/pipelineTemplates/plan', { body: pipeline }))

export async function createTemplate(body: Json, tag: string): Promise<void> {
  await unwrap(
    client.POST('/v2/pipelineTemplates/create', { params: { query: tag === '' ? {} : { tag } }, body }),
  )
}

const path = (id: string) => ({ path: { id } })
const taskOf = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1)

export async function saveTemplate(template: Template, version: Version, body: Json): Promise<void> {
  if (template.schema === 'v2')
    await unwrap(
      client.POST('/v2/pipelineTemplates/update/{id}', {
        params: { ...path(template.id), query: version.tag === '' ? {} : { tag: version.tag } },
        body,
      }),
    )
  else
    await taskEnded(
      taskOf((await unwrap(client.POST('/pipelineTemplates/{id}', { params: path(template.id), body }))).ref),
    )
}

export async function deleteTemplate(template: Template, version: Version): Promise<void> {
  if (template.schema === 'v2') {
    const query = version.digest ? { digest: version.digest } : version.tag ? { tag: version.tag } : {}
    await unwrap(client.DELETE('/v2/pipelineTemplates/{id}', { params: { ...path(template.id), query } }))
  } else
    await taskEnded(
      taskOf((await unwrap(client.DELETE('/pipelineTemplates/{id}', { params: path(template.id) }))).ref),
    )
}
