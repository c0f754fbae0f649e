import { Group } from '@mantine/core'
import { useT } from '@/i18n'
import { PairsField, TextField, ValueField } from './fields'
import { inner } from '@/stages/kit'
import type { Json } from './model'
import { PipelineTriggerFields } from './PipelineTriggerFields'
import { CronFields } from './CronFields'
import { GitFields } from './triggers/GitFields'
import { ChartFields } from './triggers/ChartFields'
import { ImageFields } from './triggers/ImageFields'
import { WebhookFields } from './triggers/WebhookFields'
import { type TriggerProps } from './triggerProps'

/** The fields that only triggers of one type have. */
export function TriggerFields({ value, change, app, artifacts, suggest }: TriggerProps) {
  const t = useT()
  const field = (name: string) => inner(value, name, change)
  switch (value['type']) {
    case 'cron':
      return <CronFields value={value} change={change} />
    case 'webhook':
    case 'cdevents':
      return <WebhookFields value={value} change={change} />
    case 'git':
      return <GitFields value={value} change={change} app={app} />
    case 'docker':
      return <ImageFields value={value} change={change} />
    case 'helm':
      return <ChartFields value={value} change={change} />
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
