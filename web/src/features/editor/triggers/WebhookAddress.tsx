import { CopyButton, Text, TextInput } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { IconButton } from '@/components/IconButton'
import { apiBase } from '@/lib/base'
import { useT } from '@/i18n'
import { textOf } from '@/lib/json'
import type { Json } from '../model'
import { hosts, webhookPath } from './address'
import { useTriggerTexts } from './texts'

/** The URL that a trigger's webhooks are sent to, to be copied. */
export function WebhookAddress({ trigger }: { trigger: Json }) {
  const t = useT()
  const w = useTriggerTexts()
  const path = webhookPath(trigger)
  if (path === undefined) return null
  if (path === '')
    return (
      <Text size="sm" c="dimmed">
        {w('urlMissing')}
      </Text>
    )
  const url = apiBase + path
  const host = textOf(trigger['type']) === 'git' ? (hosts[textOf(trigger['source'])] ?? '') : ''
  return (
    <TextInput
      readOnly
      label={w('url')}
      description={host ? w('urlHelp', { host }) : w('urlHelpAny')}
      value={url}
      classNames={{ input: 'mono' }}
      onFocus={(e) => {
        e.currentTarget.select()
      }}
      rightSection={
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <IconButton
              size="sm"
              label={w('copyUrl')}
              tip={t(copied ? 'common.copied' : 'common.copy')}
              onClick={copy}
            >
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </IconButton>
          )}
        </CopyButton>
      }
    />
  )
}
