import { setField, type Json, type StageConfig } from '@/features/editor/model'
import type { Field } from '@/features/editor/schema'

/** What a hand-made form is given. */
export type FormProps = {
  app: string
  stage: StageConfig
  set: (field: string, value: unknown) => void
  /** Changes several fields as one change. */
  change: (next: StageConfig) => void
  /** The type's fields, for labels and help. */
  fields: ReadonlyMap<string, Field>
  suggest: (field: string) => readonly string[] | undefined
  words: readonly string[]
}

/** The props that a field of the stage is shown with. */
export function field({ stage, set, fields }: FormProps, name: string) {
  const f = fields.get(name)
  return {
    name,
    label: f?.label ?? name,
    help: f?.help,
    required: f?.required,
    value: stage[name],
    onChange: (v: unknown) => {
      set(name, v)
    },
  }
}

/** The same for a field of an object within the stage. */
export function inner(object: Json, name: string, change: (next: Json) => void) {
  return {
    value: object[name],
    onChange: (v: unknown) => {
      change(setField(object, name, v))
    },
  }
}
