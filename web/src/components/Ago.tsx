import { useI18n } from '@/i18n'
import { ago, moment } from '@/lib/format'
import { useTimed } from '@/lib/now'

/** A time as how long ago it was; in full when it is pointed at. */
export function Ago({ time }: { time: number | undefined }) {
  const { language } = useI18n()
  const text = useTimed((now) => (time ? ago(time, now, language) : ''), time !== undefined)
  if (!time) return null
  return (
    <time
      dateTime={new Date(time).toISOString()}
      title={moment(time, language)}
      style={{ whiteSpace: 'nowrap' }}
    >
      {text}
    </time>
  )
}
