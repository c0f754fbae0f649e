import {
  IconAlertCircleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleXFilled,
  IconHandStop,
  IconLoader2,
  IconPlayerPauseFilled,
  IconPlayerSkipForward,
} from '@tabler/icons-react'
import { useT, type Key } from '@/i18n'
import { toneOf, type Tone } from '@/lib/status'
import classes from './Status.module.css'

type IconType = typeof IconLoader2

const icons: Record<string, IconType> = {
  SUCCEEDED: IconCircleCheckFilled,
  RUNNING: IconLoader2,
  JUDGMENT: IconHandStop,
  TERMINAL: IconCircleXFilled,
  STOPPED: IconCircleXFilled,
  FAILED_CONTINUE: IconAlertCircleFilled,
  PAUSED: IconPlayerPauseFilled,
  SUSPENDED: IconPlayerPauseFilled,
  SKIPPED: IconPlayerSkipForward,
  CANCELED: IconCircleMinus,
}

type Props = { status: string | undefined; tone?: Tone; size?: number }

/** A status as an icon in its tone; its words are there for those who don't see it. */
export function StatusIcon({ status = 'NOT_STARTED', tone = toneOf(status), size = 18 }: Props) {
  const label = useStatusName(status, tone)
  const Icon = icons[status === 'RUNNING' && tone === 'wait' ? 'JUDGMENT' : status] ?? IconCircleDashed
  const turning = Icon === IconLoader2
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className={classes.icon}
      style={{ color: `var(--${tone}-fill)` }}
    >
      <Icon size={size} stroke={turning ? 2.4 : 2} className={turning ? 'turn' : undefined} aria-hidden />
    </span>
  )
}

/** A status in words, on its tone. */
export function StatusBadge({ status = 'NOT_STARTED', tone = toneOf(status) }: Props) {
  const label = useStatusName(status, tone)
  return <ToneBadge tone={tone}>{label}</ToneBadge>
}

export function useStatusName(status: string, tone?: Tone): string {
  const t = useT()
  if (status === 'RUNNING' && tone === 'wait') return t('status.JUDGMENT')
  return t(`status.${status}` as Key)
}

/** Words on a tone. */
export function ToneBadge({ tone, children }: { tone: Tone; children: React.ReactNode }) {
  return (
    <span className={classes.badge} style={{ color: `var(--${tone})`, background: `var(--${tone}-soft)` }}>
      <StatusDot tone={tone} />
      {children}
    </span>
  )
}

/** A tone as a dot beside words that say the same. */
export function StatusDot({ tone }: { tone: Tone }) {
  return (
    <span
      aria-hidden
      className={tone === 'busy' ? `${classes.dot} breathe` : classes.dot}
      style={{ background: `var(--${tone}-fill)` }}
    />
  )
}
