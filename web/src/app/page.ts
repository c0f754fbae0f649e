import type { FunctionComponent } from 'react'
import { connection } from '@/api/connection'
import { later } from '@/lib/later'

const reloaded = 'gennaker.reloaded'
const pause = 30_000

/**
 * page is a page whose program is loaded when it is opened. Where that fails because
 * the server is away, it waits for the server. Where the server is there and the
 * file is not, another version runs by now: the whole program is loaded anew.
 */
export function page<N extends string>(load: () => Promise<Record<N, FunctionComponent>>, name: N) {
  return later(async () => (await attempt(load))[name])
}

async function attempt<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch {
    await connection.answers()
  }
  try {
    return await load()
  } catch (error) {
    // Once in a while, lest a broken installation be loaded again for ever.
    if (Date.now() - Number(sessionStorage.getItem(reloaded) ?? 0) < pause) throw error
    sessionStorage.setItem(reloaded, String(Date.now()))
    location.reload()
    return await new Promise<never>(() => undefined)
  }
}
