import { Skeleton, Stack } from '@mantine/core'
import { useT } from '@/i18n'

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
