import type { QueryClient } from '@tanstack/react-query'
import { runTask } from '@/api/actions'
import { client, unwrap } from '@/api/client'
import { applicationQuery, keys } from '@/api/queries'
import type { Json } from '@/lib/json'
import { same } from './attributes'

/** Somebody else has changed the same attributes meanwhile. */
export class Clash extends Error {
  override readonly name = 'Clash'
  constructor(
    readonly fields: string[],
    readonly by: string,
    readonly now: Json,
  ) {
    super(fields.join(', '))
  }
}

/**
 * saveAttributes saves what has changed; all else stays as it is stored. What somebody
 * else has changed since is not overwritten.
 */
export async function saveAttributes(
  queries: QueryClient,
  app: string,
  base: Json,
  changes: Json,
): Promise<void> {
  const { attributes } = await unwrap(
    client.GET('/applications/{application}', { params: { path: { application: app } } }),
  )
  const now: Json = attributes
  const clash = Object.keys(changes).filter(
    (key) => !same(now[key], base[key]) && !same(now[key], changes[key]),
  )
  if (clash.length > 0) throw new Clash(clash, attributes.lastModifiedBy ?? '', now)
  await runTask(app, `Update Application: ${app}`, [
    { type: 'updateApplication', application: { name: app, ...changes } },
  ])
  await queries.invalidateQueries({ queryKey: applicationQuery(app).queryKey })
  void queries.invalidateQueries({ queryKey: keys.applications })
}
