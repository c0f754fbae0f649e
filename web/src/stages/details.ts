import type { ComponentType } from 'react'
import type { Stage } from '@/api/queries'

/** What details of a stage in a run are given. */
export type DetailsProps = {
  stage: Stage
  /** The stages that the engine added below it. */
  below: readonly Stage[]
  app: string
  /** The id of the run's pipeline. */
  pipeline: string | undefined
}

const found = import.meta.glob<{ Details: ComponentType<DetailsProps> }>('./*/Details.tsx', { eager: true })

/** What a run's page shows for a type of stages beside what all have, by the types' names. */
export const details: ReadonlyMap<string, { Details: ComponentType<DetailsProps> }> = new Map(
  Object.entries(found).map(([path, module]) => [path.split('/')[1] ?? '', module]),
)
