import { useI18n } from '@/i18n'
import type { StageDescriptor } from './descriptor'

const found = import.meta.glob<StageDescriptor>('./*/stage.ts', { eager: true, import: 'stage' })

/** What the interface knows about types of stages, by the types' names. */
export const descriptors: ReadonlyMap<string, StageDescriptor> = new Map(
  Object.values(found).map((d) => [d.type, d]),
)

/** The names of stage types on screen; a type that has none here goes by its own. */
export function useStageTypeName(): (type: string | undefined) => string {
  const { language } = useI18n()
  return (type = '') => descriptors.get(type)?.label?.[language] ?? type
}
