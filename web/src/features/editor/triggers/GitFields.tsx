import { Group } from '@mantine/core'
import { inner } from '@/stages/kit'
import { useT } from '@/i18n'
import { ChoiceField, TextField, TextsField } from '../fields'
import type { Json } from '../model'
import { hosts } from './address'
import { useTriggerTexts } from './texts'
import { WebhookAddress } from './WebhookAddress'

const events = ['push', 'branch:create', 'branch:delete', 'pull_request:opened', 'pull_request:synchronize']

/** What of a repository starts the pipeline. */
export function GitFields({ value, change }: { value: Json; change: (next: Json) => void }) {
  const t = useT()
  const w = useTriggerTexts()
  const field = (name: string) => inner(value, name, change)
  return (
    <>
      <ChoiceField
        label={t('editor.gitSource')}
        clearable={false}
        choices={Object.entries(hosts).map(([host, label]) => ({ value: host, label }))}
        {...field('source')}
      />
      <WebhookAddress trigger={value} />
      <Group grow align="start">
        <TextField label={t('editor.project')} placeholder="acme" {...field('project')} />
        <TextField label={t('editor.repository')} placeholder="web" {...field('slug')} />
      </Group>
      <TextField label={t('editor.branch')} placeholder="main" help={w('branchHelp')} {...field('branch')} />
      <TextsField label={w('events')} help={w('eventsHelp')} choices={events} {...field('events')} />
      <TextsField label={w('files')} help={w('filesHelp')} {...field('files')} />
      <TextField label={t('editor.secret')} help={w('secretHelp')} {...field('secret')} />
    </>
  )
}
