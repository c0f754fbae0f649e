import type { Schemas } from '@/api/client'
import { containersOf } from '@/features/infrastructure/object'
import { objectsIn } from '@/features/infrastructure/work'
import { objectOf, objectsOf, textOf, type Json } from '@/lib/json'

// Who has deployed what: told by what the stages of executions and tasks say that they deploy,
// not by the time.

const deploys =
  /^(deployManifest|undoRolloutManifest|rollback\w*|patchManifest|rollingRestartManifest|helm\w*)$/

/** A stage that has deployed an object, or tried to. */
export type Change = {
  account: string
  region: string
  object: string
  /** The images that it deploys, if it says so. */
  images: string[]
  start: number
  /** When it ended; undefined while it runs. */
  end: number | undefined
  status: string
  name: string
  path: string
  user: string | undefined
}

type Run = { stages?: readonly Schemas['StageExecution'][] }

/** The changes that an execution's stages have made. */
export function changesOf(run: Run, name: string, path: string, user?: string): Change[] {
  return (run.stages ?? []).flatMap((s) => {
    if (!deploys.test(s.type ?? '') || s.startTime === undefined) return []
    const context = objectOf(s.context)
    return objectsIn(context).map((o) => ({
      ...o,
      images: imagesIn(context, o.object),
      start: s.startTime ?? 0,
      end: s.endTime,
      status: s.status ?? '',
      name,
      path,
      user: user && user !== 'anonymous' ? user : undefined,
    }))
  })
}

/** The images that a stage gives an object. */
function imagesIn(context: Json, object: string): string[] {
  for (const m of [...objectsOf(context['outputs.manifests']), ...objectsOf(context['manifests'])]) {
    const kind = textOf(m['kind'])
    const named = `${kind.charAt(0).toLowerCase()}${kind.slice(1)} ${textOf(objectOf(m['metadata'])['name'])}`
    if (named === object) return [...new Set(containersOf(m).flatMap((c) => c.image ?? []))]
  }
  return []
}
