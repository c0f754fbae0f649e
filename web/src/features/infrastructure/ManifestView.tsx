import { SegmentedControl, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { stringify } from 'yaml'
import { TextView } from '@/components/JsonView'
import { Failure, RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import type { Place } from './object'
import { appliedQuery } from './objectQueries'
import classes from './Object.module.css'

const kinds = ['live', 'applied', 'diff'] as const

/** An object as it is, as it was applied, and what is between the two. */
export default function ManifestView({ place }: { place: Place }) {
  const t = useT()
  const [shown, setShown] = useState<(typeof kinds)[number]>('live')
  const { data, error, refetch } = useQuery(appliedQuery(place))
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <RowsLoading rows={3} />
  const file = `${kindAndName(place.name).name}.yaml`
  return (
    <Stack gap="sm">
      <SegmentedControl size="xs" value={shown} onChange={(v) => { setShown(kinds.find((k) => k === v) ?? 'live') }} data={kinds.map((k) => ({ value: k, label: t(`object.${k}`) }))} aria-label={t('object.manifest')} style={{ alignSelf: 'flex-start' }} />
      {shown === 'live' ? <TextView text={stringify(data.live)} name={file} />
        : shown === 'applied' ? (data.manifest ? <TextView text={stringify(data.manifest)} name={file} /> : <Text c="dimmed">{t('object.notApplied')}</Text>)
        : data.diff === '' ? <Text c="dimmed">{t('object.same')}</Text>
        : <Diff text={data.diff} />}
    </Stack>
  )
}

/** A unified diff. */
export function Diff({ text }: { text: string }) {
  return (
    <pre className={classes.diff} tabIndex={0}>
      {text.split('\n').map((line, i) => (
        <span key={i} className={line.startsWith('+') ? classes.add : line.startsWith('-') ? classes.cut : line.startsWith('@') ? classes.hunk : undefined}>{line || ' '}</span>
      ))}
    </pre>
  )
}
