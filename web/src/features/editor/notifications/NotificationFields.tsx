import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { channelsQuery } from '@/api/channels'
import { NotActing } from '@/features/acting/NotActing'
import { useT } from '@/i18n'
import { inner } from '@/stages/kit'
import { ChoiceField, TextsField } from '../fields'
import { textOf, type Json } from '../model'
import { SchemaForm } from '../SchemaForm'
import { channelChoices, channelFields } from './channelFields'
import { PreviewNotification } from './PreviewNotification'
import { QuietFields } from './QuietFields'
import { TestNotification } from './TestNotification'
import { whens, type NotificationsOf } from './whens'

/** One notification: by which channel, to whom, and when. */
export function NotificationFields({
  of,
  stage,
  value,
  change,
}: {
  of: NotificationsOf
  /** The name of the stage that people are told of. */
  stage?: string | undefined
  value: Json
  change: (next: Json) => void
}) {
  const t = useT()
  const channels = useQuery(channelsQuery).data ?? []
  const type = textOf(value['type'])
  const channel = channels.find((c) => c.type === type)
  return (
    <Stack gap="xs">
      <ChoiceField
        label={t('editor.by')}
        clearable={false}
        choices={channelChoices(channels, of === 'manualJudgment')}
        {...inner(value, 'type', change)}
      />
      <NotActing kind="notifications" name={type} />
      {channel && channel.missing.length > 0 && (
        <Text size="xs" c="dimmed">
          {t('editor.channelLacks', { settings: channel.missing.join(', ') })}
        </Text>
      )}
      <SchemaForm
        fields={channelFields(channel, t('editor.address'))}
        value={value}
        onChange={change}
        suggest={() => undefined}
        words={[]}
      />
      <TextsField label={t('editor.when')} choices={whens[of]} {...inner(value, 'when', change)} />
      <QuietFields value={value} change={change} events={whens[of]} />
      {channel && <PreviewNotification value={value} events={whens[of]} {...(stage ? { stage } : {})} />}
      {channel?.events && <TestNotification value={value} works={channel.missing.length === 0} />}
    </Stack>
  )
}
