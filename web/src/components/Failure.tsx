import { Button, Code, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react'
import { ApiError, UnreachableError } from '@/api/client'
import { useT } from '@/i18n'
import classes from './States.module.css'

/** An error in plain words, with what to do. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useT()
  const gone = error instanceof ApiError && error.status === 404
  const title = gone
    ? t('error.gone')
    : error instanceof UnreachableError
      ? t('error.unreachable')
      : t('error.title')
  return (
    <div role="alert" className={classes.failure}>
      <IconAlertTriangle size={20} className={classes.failureIcon} aria-hidden />
      <Stack gap={4} style={{ minWidth: 0 }}>
        <Text fw={600}>{title}</Text>
        {!(error instanceof UnreachableError) && (
          <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {error instanceof Error ? error.message : String(error)}
          </Text>
        )}
        {error instanceof ApiError && error.requestId && (
          <Text size="xs" c="dimmed">
            {t('error.request')} <Code>{error.requestId}</Code>
          </Text>
        )}
        {retry && (
          <Group mt={4}>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconRefresh size={14} />}
              onClick={retry}
            >
              {t('error.again')}
            </Button>
          </Group>
        )}
      </Stack>
    </div>
  )
}
