import { lazy, type ComponentType } from 'react'
import { connection } from '@/api/connection'

const reloaded = 'gennaker.reloaded'
const pause = 30_000

/**
 * page is a page whose program is loaded when it is opened. Where that fails because
 * the server is away, it waits for the server. Where the server is there and the
 * file is not, another version runs by now: the whole program is loaded anew.
 */
export function page<N extends string>(load: () => Promise<Record<N, ComponentType>>, name: N) {
  let loading: Promise<{ default: ComponentType }> | undefined
  const preload = () => {
    loading ??= attempt(load).then((module) => ({ default: module[name] }))
    loading.catch(() => {
      loading = undefined
    })
    return loading
  }
  return Object.assign(lazy(preload), {
    preload: async () => {
      await preload()
    },
  })
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
