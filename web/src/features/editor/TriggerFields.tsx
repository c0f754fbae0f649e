import { Group } from '@mantine/core'
import { useT } from '@/i18n'
import { ChoiceField, PairsField, TextField, ValueField } from './fields'
import { inner } from '@/stages/kit'
import { textOf, type Json } from './model'
import { PipelineTriggerFields } from './PipelineTriggerFields'
import { CronFields } from './CronFields'
import { type TriggerProps } from './triggerProps'

/** The fields that only triggers of one type have. */
export function TriggerFields({ value, change, app, artifacts, suggest }: TriggerProps) {
  const t = useT()
  const field = (name: string) => inner(value, name, change)
  switch (value['type']) {
    case 'cron':
      return <CronFields value={value} change={change} />
    case 'webhook':
      return (
        <>
          <TextField
            label={t('editor.webhookSource')}
            help={t('editor.webhookHelp', { source: textOf(value['source']) || '…' })}
            {...field('source')}
          />
          <PairsField
            label={t('editor.payloadConstraints')}
            help={t('editor.payloadHelp')}
            {...field('payloadConstraints')}
          />
        </>
      )
    case 'git':
      return (
        <>
          <Group grow align="start">
            <ChoiceField
              label={t('editor.gitSource')}
              clearable={false}
              choices={['github', 'gitlab', 'bitbucket', 'stash']}
              {...field('source')}
            />
            <TextField label={t('editor.branch')} placeholder="main" {...field('branch')} />
          </Group>
          <Group grow align="start">
            <TextField label={t('editor.project')} placeholder="acme" {...field('project')} />
            <TextField label={t('editor.repository')} placeholder="web" {...field('slug')} />
          </Group>
          <TextField label={t('editor.secret')} {...field('secret')} />
        </>
      )
    case 'docker':
      return (
        <>
          <TextField label={t('editor.registry')} {...field('account')} />
          <TextField label={t('editor.repository')} placeholder="library/nginx" {...field('repository')} />
          <TextField label={t('editor.tag')} help={t('editor.tagHelp')} {...field('tag')} />
        </>
      )
    case 'pipeline':
      return (
        <PipelineTriggerFields
          value={value}
          change={change}
          app={app}
          artifacts={artifacts}
          suggest={suggest}
        />
      )
    case 'jenkins':
      return (
        <>
          <TextField label={t('editor.master')} {...field('master')} />
          <TextField label={t('editor.job')} {...field('job')} />
          <TextField label={t('editor.propertyFile')} {...field('propertyFile')} />
        </>
      )
    case 'pubsub':
      return (
        <>
          <Group grow>
            <TextField
              label={t('editor.pubsubSystem')}
              choices={['google', 'amazon']}
              {...field('pubsubSystem')}
            />
            <TextField label={t('editor.subscription')} {...field('subscriptionName')} />
          </Group>
          <PairsField label={t('editor.payloadConstraints')} {...field('payloadConstraints')} />
        </>
      )
    default: {
      const { type, enabled, runAsUser, expectedArtifactIds, ...rest } = value
      const own = Object.fromEntries(
        Object.entries({ type, enabled, runAsUser, expectedArtifactIds }).filter(([, v]) => v !== undefined),
      )
      return (
        <ValueField
          label={t('editor.triggerFields')}
          value={rest}
          onChange={(v) => {
            change({ ...own, ...(v as Json | undefined) })
          }}
        />
      )
    }
  }
}
