import type { Json } from './model'

// A number for each pipeline that was sent to the server, in place of its whole text as a key.
const versions = new WeakMap<Json, number>()
let last = 0

/** versionOf is a number that stands for this pipeline as it is: another object has another. */
export function versionOf(pipeline: Json): number {
  let version = versions.get(pipeline)
  if (version === undefined) {
    version = ++last
    versions.set(pipeline, version)
  }
  return version
}
