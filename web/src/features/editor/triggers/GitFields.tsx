import { Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { gitBranchesQuery, gitWebhooksQuery } from '@/features/git/queries'
import { useGitRepository } from '@/features/git/useGitRepository'
import { inner } from '@/stages/kit'
import { useT } from '@/i18n'
import { ChoiceField, TextField, TextsField } from '../fields'
import { textOf } from '../model'
import type { TriggerProps } from '../triggerProps'
import { hosts } from './address'
import { GitWebhook } from './GitWebhook'
import { RepositoryChoice } from './RepositoryChoice'
import { useTriggerTexts } from './texts'

const events = ['push', 'branch:create', 'branch:delete', 'pull_request:opened', 'pull_request:synchronize']

/** What of a repository starts the pipeline, to choose from what the Git host has. */
export function GitFields({ value, change, app }: Pick<TriggerProps, 'value' | 'change' | 'app'>) {
  const t = useT()
  const w = useTriggerTexts()
  const field = (name: string) => inner(value, name, change)
  const name = {
    source: textOf(value['source']),
    project: textOf(value['project']),
    slug: textOf(value['slug']),
  }
  const git = useGitRepository(name)
  const branches = useQuery(gitBranchesQuery(git.account, git.path)).data ?? []
  const created = useQuery(gitWebhooksQuery(name)).data?.some((hook) => hook.created) === true
  return (
    <>
      <ChoiceField
        label={t('editor.gitSource')}
        clearable={false}
        choices={Object.entries(hosts).map(([host, label]) => ({ value: host, label }))}
        {...field('source')}
      />
      <RepositoryChoice
        git={git}
        name={name}
        change={(chosen) => {
          change({ ...value, ...chosen })
        }}
      />
      <Group grow align="start">
        <TextField label={t('editor.project')} placeholder="acme" {...field('project')} />
        <TextField label={t('editor.repository')} placeholder="web" {...field('slug')} />
      </Group>
      <GitWebhook app={app} git={git} name={name} trigger={value} change={change} />
      <TextField
        label={t('editor.branch')}
        placeholder="main"
        help={w('branchHelp')}
        choices={branches}
        {...field('branch')}
      />
      <TextsField label={w('events')} help={w('eventsHelp')} choices={events} {...field('events')} />
      <TextsField label={w('files')} help={w('filesHelp')} {...field('files')} />
      {(!created || textOf(value['secret']) !== '') && (
        <TextField label={t('editor.secret')} help={w('secretHelp')} {...field('secret')} />
      )}
    </>
  )
}
