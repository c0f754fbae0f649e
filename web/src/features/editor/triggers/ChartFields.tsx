import { useQuery } from '@tanstack/react-query'
import { chartNamesQuery, chartVersionsQuery } from '@/features/create/queries'
import { useT } from '@/i18n'
import { inner } from '@/stages/kit'
import { TextField } from '../fields'
import { textOf, type Json } from '../model'
import { useTriggerTexts } from './texts'
import { useArtifactAccounts } from './useArtifactAccounts'

/** Which chart starts the pipeline, to choose from those of the repository. */
export function ChartFields({ value, change }: { value: Json; change: (next: Json) => void }) {
  const t = useT()
  const w = useTriggerTexts()
  const field = (name: string) => inner(value, name, change)
  const [account, chart] = [textOf(value['account']), textOf(value['chart'])]
  const charts = useQuery(chartNamesQuery(account)).data ?? []
  const versions = useQuery(chartVersionsQuery(account, chart)).data ?? []
  const known = versions.slice(0, 5).join(', ')
  return (
    <>
      <TextField
        label={t('editor.registry')}
        choices={useArtifactAccounts('helm/chart')}
        required
        {...field('account')}
      />
      <TextField label={w('chart')} choices={charts} {...field('chart')} />
      <TextField
        label={w('version')}
        placeholder="^1.0.0"
        help={known === '' ? undefined : w('versions', { versions: known })}
        {...field('version')}
      />
    </>
  )
}
