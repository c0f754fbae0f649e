import type { Schemas } from '@/api/client'
import { descriptors } from '@/stages'
import { kinds, type Kind } from '@/stages/descriptor'
import type { StageConfig } from './model'

// The stage types in groups, as people look for them.

export type StageType = Schemas['StageType']
// Types that save the platform's own things: tasks use them, pipelines hardly.
const internal =
  /^(create|update|upsert|delete|save|reorder|bulk)(V2)?(Application|Pipeline|Pipelines|PipelineTemplate|V2PipelineTemplate|Project|EntityTags|UpsertEntityTags)$/

export function kindOf(type: StageType): Kind {
  return type.unavailable
    ? 'unavailable'
    : (descriptors.get(type.name)?.kind ?? (internal.test(type.name) ? 'unavailable' : 'other'))
}

export type Group = { kind: Kind; types: StageType[] }

/** Types whose name or description has all the words, grouped; what can't run here only where it is asked for. */
export function search(
  types: readonly StageType[],
  query: string,
  label: (type: StageType) => string,
): Group[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean)
  const found = types.filter((t) => {
    const text = `${t.name} ${t.label} ${label(t)} ${t.description} ${t.aliases.join(' ')}`.toLowerCase()
    return wanted.every((w) => text.includes(w))
  })
  const text = wanted.join(' ')
  // How near a type's name is to what was written: the same, its beginning, a part, nothing of it.
  const named = (t: StageType) => {
    const names = [label(t), t.label, t.name].map((n) => n.toLowerCase())
    return text === ''
      ? 0
      : names.includes(text)
        ? 0
        : names.some((n) => n.startsWith(text))
          ? 1
          : names.some((n) => n.includes(text))
            ? 2
            : 3
  }
  const nearest = (g: Group) => (g.kind === 'unavailable' ? 9 : Math.min(...g.types.map(named)))
  const rank = (t: StageType) => descriptors.get(t.name)?.order ?? 1000
  return kinds
    .map((kind) => ({
      kind,
      types: found
        .filter((t) => kindOf(t) === kind)
        .sort((a, b) => named(a) - named(b) || rank(a) - rank(b) || a.label.localeCompare(b.label)),
    }))
    .filter((g) => g.types.length > 0 && (g.kind !== 'unavailable' || wanted.length > 0))
    .sort((a, b) => nearest(a) - nearest(b))
}

/** A stage of a type as it begins. */
export function newStage(
  type: StageType,
  name: string,
  app: string,
  account: string | undefined,
): StageConfig {
  const stage: StageConfig = { type: type.name, name }
  const properties = type.schema['properties']
  const has = (field: string) => typeof properties === 'object' && properties !== null && field in properties
  if (has('cloudProvider') && has('account'))
    Object.assign(stage, { cloudProvider: 'kubernetes', ...(account ? { account } : {}) })
  return { ...stage, ...descriptors.get(type.name)?.start?.(app) }
}
