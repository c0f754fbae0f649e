import { Button, Code, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ApiError, UnreachableError } from '@/api/client'
import { useT } from '@/i18n'
import classes from './States.module.css'

/** A page with nothing on it says what would be here and how it comes. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <Stack align="center" gap={6} className={classes.empty}>
      {icon && <div className={classes.icon}>{icon}</div>}
      <Title order={3}>{title}</Title>
      {children && (
        <Text c="dimmed" ta="center" maw={460} component="div">
          {children}
        </Text>
      )}
      {action && <div className={classes.action}>{action}</div>}
    </Stack>
  )
}

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

/** The shape of rows that are on their way. */
export function RowsLoading({ rows = 6, height = 44 }: { rows?: number; height?: number }) {
  const t = useT()
  return (
    <Stack gap={8} aria-busy="true" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} height={height} radius="md" style={{ opacity: 1 - i / (rows * 1.3) }} />
      ))}
    </Stack>
  )
}
