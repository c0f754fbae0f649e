import { Progress, Text } from '@mantine/core'
import { useI18n } from '@/i18n'
import { moment, span } from '@/lib/format'
import { useNow } from '@/lib/now'
import { useRuns } from '../texts'

export function Countdown({ until, from }: { until: number; from: number | undefined }) {
  const r = useRuns()
  const { language } = useI18n()
  const now = useNow()
  const left = Math.max(0, until - now)
  const whole = until - (from ?? now)
  return (
    <div role="timer" aria-label={r('left', { time: span(left) })}>
      <Text size="sm" mb={6}>
        {r('left', { time: span(left) })}{' '}
        <span className="muted">· {r('until', { time: moment(until, language) })}</span>
      </Text>
      {whole > 0 && (
        <Progress
          value={Math.min(100, (100 * (whole - left)) / whole)}
          size="sm"
          aria-label={r('left', { time: span(left) })}
          maw={420}
        />
      )}
    </div>
  )
}
