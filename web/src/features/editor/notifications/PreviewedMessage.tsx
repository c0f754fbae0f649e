import { Card, Stack, Text } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { JsonView } from '@/components/JsonView'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import { isObject } from '../model'
import classes from './PreviewedMessage.module.css'

/** A message that would be sent: the texts that people read, and the message itself. */
export function PreviewedMessage({ message }: { message: Schemas['NotificationPreview'] }) {
  const { t, language } = useI18n()
  const content = message.content
  return (
    <Stack gap="xs">
      <Card withBorder p="sm">
        {message.to && (
          <Text size="xs" c="dimmed">
            {t('editor.previewTo', { to: [...message.to, ...(message.cc ?? [])].join(', ') })}
          </Text>
        )}
        {message.host && (
          <Text size="xs" c="dimmed">
            {t('editor.previewTo', { to: message.host })}
          </Text>
        )}
        {message.subject && <Text fw={600}>{message.subject}</Text>}
        {message.html !== undefined && (
          // The sandbox keeps the text from running scripts and from leaving the page.
          <iframe className={classes.mail} sandbox="" srcDoc={message.html} title={t('editor.previewMail')} />
        )}
        {message.texts.map((text) => (
          <Text key={text} size="sm" className={classes.text}>
            {text}
          </Text>
        ))}
      </Card>
      {message.heldUntil !== undefined && (
        <Text size="sm">{t('editor.previewHeld', { time: moment(message.heldUntil, language) })}</Text>
      )}
      {(isObject(content) || Array.isArray(content)) && (
        <details>
          <summary className={classes.summary}>{t('editor.previewExact')}</summary>
          <JsonView value={content} name="notification.json" />
        </details>
      )}
    </Stack>
  )
}
