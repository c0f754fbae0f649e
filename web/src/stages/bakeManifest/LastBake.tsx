import { Group, Skeleton, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { Schemas } from '@/api/client'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import { useBake } from './texts'

const DiffView = lazy(() => import('@/components/DiffView'))

/** What differs from the manifest that the stage has baked last. */
export function LastBake({
  app,
  manifest,
  last,
}: {
  app: string
  manifest: string
  last: Schemas['LastBake'] | undefined
}) {
  const b = useBake()
  const { language } = useI18n()
  if (!last) return <Text c="dimmed">{b('noLast')}</Text>
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Text size="sm" c="dimmed">
          {b('lastOf', { when: moment(last.buildTime, language) })}
        </Text>
        <Link
          to="/applications/$app/executions/$id"
          params={{ app, id: last.executionId }}
          search={{ stage: last.stageId }}
        >
          {b('openRun')}
        </Link>
      </Group>
      {last.manifest === manifest ? (
        <Text>{b('unchanged')}</Text>
      ) : (
        <Suspense fallback={<Skeleton height={160} />}>
          <DiffView before={last.manifest} after={manifest} label={b('diff')} />
        </Suspense>
      )}
    </Stack>
  )
}
