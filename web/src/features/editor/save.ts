import { client, unwrap, ApiError } from '@/api/client'
import type { Json } from './model'

export { contentOf, savedAt } from './content'

// Saving, and what may come of it.

/** Someone else has saved the pipeline since it was read. */
export class Stale extends Error {
  override readonly name = 'Stale'
}

/** Saves a pipeline, and says what the server warns of. */
export async function savePipeline(pipeline: Json): Promise<string[]> {
  const asked = client.POST('/pipelines', { params: { query: { staleCheck: true } }, body: pipeline })
  try {
    await unwrap(asked)
  } catch (error) {
    if (error instanceof ApiError && error.status < 500 && /\bstale\b/.test(error.message))
      throw new Stale(error.message)
    throw error
  }
  return warningsOf((await asked).response.headers.get('Warning'))
}

/** The texts of a Warning header: 299 - "text", 299 - "text". */
export function warningsOf(header: string | null): string[] {
  return [...(header ?? '').matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map((m) =>
    (m[1] ?? '').replace(/\\(.)/g, '$1'),
  )
}

export async function readPipeline(app: string, id: string): Promise<Json> {
  // A name that browsers take for a step in a path.
  if (id === '.' || id === '..') {
    const all = await unwrap(
      client.GET('/applications/{application}/pipelineConfigs', { params: { path: { application: app } } }),
    )
    const found = all.find((p) => p.name === id)
    if (found?.id) return readPipeline(app, found.id)
  }
  return unwrap(
    client.GET('/applications/{application}/pipelineConfigs/{nameOrId}', {
      params: { path: { application: app, nameOrId: id } },
    }),
  )
}
