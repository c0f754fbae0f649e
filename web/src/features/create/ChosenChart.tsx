import { Select, Text } from '@mantine/core'
import { sayError } from '@/api/actions'
import { useForm } from './form'
import classes from './NewApplication.module.css'

/** The choice of a chart and of its version; the newest where none is chosen yet. */
export function ChosenChart({
  names,
  versions,
  looking,
  error,
  choose,
}: {
  names?: readonly string[]
  versions?: readonly string[]
  looking: boolean
  error: Error | null
  choose: (name: string, version: string) => void
}) {
  const {
    d: { chart: c },
    t,
    field,
  } = useForm()
  if (error)
    return (
      <Text size="sm" role="alert" style={{ color: 'var(--bad)', overflowWrap: 'anywhere' }}>
        {sayError(error)}
      </Text>
    )
  if (looking)
    return (
      <Text size="sm" c="dimmed" role="status">
        {t('looking')}
      </Text>
    )
  if (names?.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('noCharts')}
      </Text>
    )
  return (
    <div className={classes.two}>
      <Select
        label={t('chart')}
        searchable
        limit={200}
        disabled={!names}
        data={[...(names ?? [])]}
        value={c.name || null}
        {...field('chart')}
        onChange={(name) => {
          choose(name ?? '', '')
        }}
      />
      <Select
        label={t('version')}
        searchable
        limit={200}
        disabled={!versions}
        data={[...(versions ?? [])]}
        value={c.version || null}
        {...field('version')}
        onChange={(version) => {
          choose(c.name, version ?? '')
        }}
      />
    </div>
  )
}
