import { Button, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconEdit } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { stringify } from 'yaml'
import { TextView } from '@/components/TextView'
import { Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { UnifiedDiff } from '@/components/UnifiedDiff'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import { editPath, type Place } from './object'
import { appliedQuery } from './objectQueries'

const kinds = ['live', 'applied', 'diff'] as const

/** An object as it is, as it was applied, and what is between the two. */
export default function ManifestView({ place }: { place: Place }) {
  const t = useT()
  const ti = useInfraT()
  const [shown, setShown] = useState<(typeof kinds)[number]>('live')
  const { data, error, refetch } = useQuery(appliedQuery(place))
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <RowsLoading rows={3} />
  const file = `${kindAndName(place.name).name}.yaml`
  return (
    <Stack gap="sm">
      <Toolbar justify="space-between">
        <SegmentedControl
          size="xs"
          value={shown}
          onChange={(v) => {
            setShown(kinds.find((k) => k === v) ?? 'live')
          }}
          data={kinds.map((k) => ({ value: k, label: t(`object.${k}`) }))}
          aria-label={t('object.manifest')}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconEdit size={15} />}
          component={Link}
          to={editPath(place)}
        >
          {ti('manifest.editMenu')}
        </Button>
      </Toolbar>
      {shown === 'live' ? (
        <TextView text={stringify(data.live)} name={file} />
      ) : shown === 'applied' ? (
        data.manifest ? (
          <TextView text={stringify(data.manifest)} name={file} />
        ) : (
          <Text c="dimmed">{t('object.notApplied')}</Text>
        )
      ) : data.diff === '' ? (
        <Text c="dimmed">{t('object.same')}</Text>
      ) : (
        <UnifiedDiff text={data.diff} />
      )}
    </Stack>
  )
}
