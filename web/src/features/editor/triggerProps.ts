import { type Json } from './model'

export type TriggerProps = {
  value: Json
  change: (next: Json) => void
  app: string
  artifacts: readonly Json[]
  suggest: (field: string) => readonly string[] | undefined
}
