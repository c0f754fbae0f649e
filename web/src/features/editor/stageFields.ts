import { forms } from '@/stages/forms'
import { isObject, textOf, type StageConfig } from './model'
import { optionFields } from './options'
import { fieldsOf } from './schema'
import type { StageType } from './stageKinds'

// What the panel shows of every stage, whatever its type.
const common = [
  'name',
  'type',
  'refId',
  'requisiteStageRefIds',
  'cloudProvider',
  'comments',
  'notifications',
  'sendNotifications',
  'expectedArtifacts',
]

/** stageFieldsOf sorts a stage's fields by who shows them. */
export function stageFieldsOf(stage: StageConfig, type: StageType | undefined) {
  const all = type ? fieldsOf(type.schema) : []
  const form = forms.get(textOf(stage.type))
  const known = new Set([...all.map((f) => f.name), ...(form?.shows ?? []), ...optionFields, ...common])
  const entries = Object.entries(stage)
  return {
    /** Whether the server knows the type of the stage. */
    typed: type !== undefined,
    /** The type's own form, if it has one. */
    form,
    byName: new Map(all.map((f) => [f.name, f])),
    /** The fields that the type's own form leaves to the generated one. */
    rest: form ? all.filter((f) => !form.shows.includes(f.name)) : all,
    /** What the stage has that nobody knows. */
    unknown: Object.fromEntries(entries.filter(([key]) => !known.has(key))),
    /** The stage with something else in place of what nobody knows. */
    withUnknown: (v: unknown): StageConfig => ({
      ...Object.fromEntries(entries.filter(([key]) => known.has(key))),
      ...(isObject(v) ? v : {}),
    }),
  }
}

export type StageFields = ReturnType<typeof stageFieldsOf>
