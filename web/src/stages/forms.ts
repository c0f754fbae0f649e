import type { ComponentType } from 'react'
import type { FormProps } from './kit'

/** A form made by hand for a type of stages. */
export type StageForm = {
  Form: ComponentType<FormProps>
  /** The fields that it shows; the editor shows the type's other fields below it. */
  shows: readonly string[]
}

const found = import.meta.glob<StageForm>('./*/Form.tsx', { eager: true })

/** The forms made by hand, by the types' names. Those of other types follow from the type's schema. */
export const forms: ReadonlyMap<string, StageForm> = new Map(
  Object.entries(found).map(([path, form]) => [path.split('/')[1] ?? '', form]),
)
