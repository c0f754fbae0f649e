import { Button, Group, Text } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { client, unwrap } from '@/api/client'
import { Failure } from '@/components/Failure'
import { useT } from '@/i18n'
import type { Json } from '../model'

/** Sends a test by a notification as it is now, saved or not. */
export function TestNotification({ value, works }: { value: Json; works: boolean }) {
  const t = useT()
  const { app = '' } = useParams({ strict: false })
  const test = useMutation({
    mutationFn: () =>
      unwrap(
        client.POST('/notifications/test/{application}', {
          params: { path: { application: app } },
          body: value,
        }),
      ),
  })
  return (
    <>
      <Group gap="sm">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconSend size={14} aria-hidden />}
          disabled={!works || app === ''}
          loading={test.isPending}
          onClick={() => {
            test.mutate()
          }}
        >
          {t('editor.testNotification')}
        </Button>
        <Text size="xs" c="dimmed" role="status">
          {test.isSuccess ? t('editor.testSent') : ''}
        </Text>
      </Group>
      {test.isError && <Failure error={test.error} />}
    </>
  )
}
