import { createContext, use } from 'react'
import type { Draft, Field, Problems } from './draft'
import { useCreateTexts, type CreateTranslate } from './texts'

// What the forms of all steps share: the draft, and what is wrong with it.

export type DraftForm = {
  d: Draft
  set: (change: Partial<Draft>) => void
  problems: Problems
  /** Whether somebody wanted to go on: then what is missing is told too. */
  tried: boolean
  left: ReadonlySet<Field>
  leave: (field: Field) => void
}

export const FormContext = createContext<DraftForm | undefined>(undefined)

// What is told while it is written; the rest when the field is left.
const atOnce = new Set<Field>(['name', 'image', 'env', 'strategy', 'firstNamespace'])

export type UseForm = Omit<DraftForm, 'leave' | 'left'> & {
  t: CreateTranslate
  /** The props of a field: its error, and that it is left. */
  field: (field: Field) => { error: string | undefined; onBlur: () => void }
  /** Changes a part of the draft. */
  part: <K extends 'image' | 'repository' | 'chart' | 'place' | 'first'>(
    key: K,
  ) => (change: Partial<Draft[K]>) => void
}

export function useForm(): UseForm {
  const t = useCreateTexts()
  const form = use(FormContext)
  if (!form) throw new Error('there is no form around this')
  const { d, set, problems, tried, left, leave } = form
  return {
    d,
    set,
    problems,
    tried,
    t,
    field: (field) => {
      const problem = problems[field]
      const shown =
        problem && (tried || (!problem.endsWith('Missing') && (atOnce.has(field) || left.has(field))))
      return {
        error: shown ? t(`problem.${problem}`) : undefined,
        onBlur: () => {
          leave(field)
        },
      }
    },
    part: (key) => (change) => {
      set({ [key]: { ...d[key], ...change } })
    },
  }
}
