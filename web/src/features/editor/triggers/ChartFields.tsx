import { useT } from '@/i18n'
import { inner } from '@/stages/kit'
import { TextField } from '../fields'
import type { Json } from '../model'
import { useTriggerTexts } from './texts'
import { useArtifactAccounts } from './useArtifactAccounts'

/** Which chart starts the pipeline. */
export function ChartFields({ value, change }: { value: Json; change: (next: Json) => void }) {
  const t = useT()
  const w = useTriggerTexts()
  const field = (name: string) => inner(value, name, change)
  return (
    <>
      <TextField
        label={t('editor.registry')}
        choices={useArtifactAccounts('helm/chart')}
        {...field('account')}
      />
      <TextField label={w('chart')} {...field('chart')} />
      <TextField label={w('version')} placeholder="^1.0.0" {...field('version')} />
    </>
  )
}
