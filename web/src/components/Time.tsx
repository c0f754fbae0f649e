import { Tooltip } from '@mantine/core'
import { useI18n } from '@/i18n'
import { ago, elapsed, moment, span } from '@/lib/format'
import { useNow } from '@/lib/now'

/** A time as how long ago it was; in full when it is pointed at. */
export function Ago({ time }: { time: number | undefined }) {
  const { language } = useI18n()
  const now = useNow(time !== undefined)
  if (!time) return null
  return (
    <Tooltip label={moment(time, language)}>
      <time dateTime={new Date(time).toISOString()} style={{ whiteSpace: 'nowrap' }}>
        {ago(time, now, language)}
      </time>
    </Tooltip>
  )
}

/** How long something took, counting on while it runs. */
export function Elapsed({ of }: { of: { startTime?: number; endTime?: number } }) {
  const now = useNow(of.startTime !== undefined && of.endTime === undefined)
  const ms = elapsed(of, now)
  return <span className="num" style={{ whiteSpace: 'nowrap' }}>{ms === undefined ? '' : span(ms)}</span>
}
