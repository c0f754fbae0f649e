import { Button, Select, Stack, Text } from '@mantine/core'
import { IconEye } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client, unwrap } from '@/api/client'
import { Failure } from '@/components/Failure'
import { RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import { textOf, type Json } from '../model'
import { PreviewedMessage } from './PreviewedMessage'

/** Shows what a notification would send, as it is now, about the last run. */
export function PreviewNotification({
  value,
  events,
  stage,
}: {
  value: Json
  events: readonly string[]
  stage?: string
}) {
  const t = useT()
  const { app = '', id } = useParams({ strict: false })
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState('')
  const asked = Array.isArray(value['when'])
    ? value['when'].map(textOf).filter((w) => events.includes(w))
    : []
  const choices = asked.length > 0 ? asked : [...events]
  const when = choices.includes(wanted) ? wanted : (choices[0] ?? '')
  const preview = useQuery({
    queryKey: ['notificationPreview', app, id, stage, when, value],
    queryFn: () =>
      unwrap(
        client.POST('/notifications/preview/{application}', {
          params: {
            path: { application: app },
            query: { when, ...(id ? { pipeline: id } : {}), ...(stage ? { stage } : {}) },
          },
          body: value,
        }),
      ),
    enabled: open && app !== '',
    retry: false,
  })
  return (
    <Stack gap="xs" align="flex-start">
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconEye size={14} aria-hidden />}
        disabled={app === ''}
        aria-expanded={open}
        onClick={() => {
          setOpen(!open)
        }}
      >
        {t(open ? 'editor.hidePreview' : 'editor.preview')}
      </Button>
      {open && (
        <Stack gap="xs" w="100%" role="region" aria-label={t('editor.preview')}>
          {choices.length > 1 && (
            <Select
              label={t('editor.previewOf')}
              allowDeselect={false}
              data={choices}
              value={when}
              onChange={(w) => {
                setWanted(w ?? '')
              }}
            />
          )}
          {preview.isError ? (
            <Failure error={preview.error} />
          ) : preview.data ? (
            <PreviewedMessage message={preview.data} />
          ) : (
            <RowsLoading rows={2} />
          )}
          <Text size="xs" c="dimmed">
            {preview.data && t(preview.data.execution ? 'editor.previewLast' : 'editor.previewMadeUp')}
          </Text>
        </Stack>
      )}
    </Stack>
  )
}
