import { useI18n } from '@/i18n'
import { ago, elapsed, moment, span } from '@/lib/format'
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

/** How long something took, counting on while it runs. */
export function Elapsed({ of }: { of: { startTime?: number; endTime?: number } }) {
  const text = useTimed(
    (now) => {
      const ms = elapsed(of, now)
      return ms === undefined ? '' : span(ms)
    },
    of.startTime !== undefined && of.endTime === undefined,
  )
  return (
    <span className="num" style={{ whiteSpace: 'nowrap' }}>
      {text}
    </span>
  )
}
