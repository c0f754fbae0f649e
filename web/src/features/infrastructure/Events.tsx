import { Text } from '@mantine/core'
import { StatusDot } from '@/components/Status'
import { Ago } from '@/components/Time'
import { useT } from '@/i18n'
import classes from './Object.module.css'

type Event = {
  type?: string
  reason?: string
  message?: string
  count?: number
  eventTime?: string | null
  lastTimestamp?: string | null
  metadata?: { uid?: string; creationTimestamp?: string }
}

const timeOf = (e: Event) =>
  Date.parse(e.lastTimestamp ?? e.eventTime ?? e.metadata?.creationTimestamp ?? '') || 0

/** What the cluster tells of an object, the newest first. */
export function Events({ events }: { events: readonly unknown[] }) {
  const t = useT()
  const sorted = (events as Event[]).toSorted((a, b) => timeOf(b) - timeOf(a))
  if (sorted.length === 0) return <Text c="dimmed">{t('object.noEvents')}</Text>
  return sorted.map((e, i) => (
    <div key={e.metadata?.uid ?? i} className={classes.event}>
      <StatusDot tone={e.type === 'Warning' ? 'bad' : 'idle'} /> <b>{e.reason}</b>{' '}
      <span className="muted">
        <Ago time={timeOf(e) || undefined} />
        {(e.count ?? 1) > 1 ? ` · ×${e.count}` : ''}
      </span>
      <div style={{ overflowWrap: 'anywhere' }}>{e.message}</div>
    </div>
  ))
}
