import type { Icon } from '@tabler/icons-react'
import type { Stage } from '@/api/queries'
import type { StageConfig } from '@/features/editor/model'

/** The kinds of stages that people look for, in the order the editor shows them. */
export const kinds = ['deploy', 'flow', 'check', 'connect', 'helm', 'other', 'unavailable'] as const
export type Kind = (typeof kinds)[number]

/** A text that belongs to one type of stages, in each language of the interface. */
export type Text = { en: string; zh: string }

/** Something worth knowing about a stage of a run, found in its context; nothing is shown for undefined. */
export type StageFact = {
  label: Text
  value: (context: Record<string, unknown>, stage: Stage) => unknown
}

/**
 * What the interface knows about a type of stages. All of it is optional: the server
 * describes every type, and that is enough for a name, a form and a place in lists.
 *
 * A type has a folder named after it. Beside this descriptor (stage.ts) it can have a
 * form for the editor (Form.tsx) and details for a run's page (Details.tsx); all are
 * found by their names, so that a new type touches nothing else.
 */
export type StageDescriptor = {
  /** The type's name in pipelines. */
  type: string
  /** Its name on screen; without one the server's is shown. */
  label?: Text
  /** The kind it is listed with in the editor, and its place there: 0 comes first. */
  kind?: Kind
  order?: number
  icon?: Icon
  /** What a new stage of an application begins with. */
  start?: (app: string) => StageConfig
  /** What its summary shows in a run, in this order. */
  facts?: readonly StageFact[]
}
