import {
  IconAlertCircleFilled,
  IconAlertTriangle,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleXFilled,
  IconHandStop,
  IconLoader2,
  IconPlayerPauseFilled,
  IconPlayerSkipForward,
} from '@tabler/icons-react'
import { toneOf } from '@/lib/status'
import classes from './Status.module.css'
import { useStatusName } from './useStatusName'

type IconType = typeof IconLoader2

const icons: Record<string, IconType> = {
  SUCCEEDED: IconCircleCheckFilled,
  RUNNING: IconLoader2,
  JUDGMENT: IconHandStop,
  WAITING: IconAlertTriangle,
  TERMINAL: IconCircleXFilled,
  STOPPED: IconCircleXFilled,
  FAILED_CONTINUE: IconAlertCircleFilled,
  PAUSED: IconPlayerPauseFilled,
  SUSPENDED: IconPlayerPauseFilled,
  SKIPPED: IconPlayerSkipForward,
  CANCELED: IconCircleMinus,
}

type Props = { status: string | undefined; size?: number }

/** A status as an icon in its tone; its words are there for those who don't see it. */
export function StatusIcon({ status = 'NOT_STARTED', size = 18 }: Props) {
  const label = useStatusName(status)
  const Icon = icons[status] ?? IconCircleDashed
  const turning = Icon === IconLoader2
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className={classes.icon}
      style={{ color: `var(--${toneOf(status)}-fill)` }}
    >
      <Icon size={size} stroke={turning ? 2.4 : 2} className={turning ? 'turn' : undefined} aria-hidden />
    </span>
  )
}
