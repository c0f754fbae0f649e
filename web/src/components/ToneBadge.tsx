import { type Tone } from '@/lib/status'
import classes from './Status.module.css'
import { StatusDot } from './StatusDot'

/** Words on a tone. */
export function ToneBadge({
  tone,
  role,
  children,
}: {
  tone: Tone
  role?: 'status'
  children: React.ReactNode
}) {
  return (
    <span
      role={role}
      className={classes.badge}
      style={{ color: `var(--${tone})`, background: `var(--${tone}-soft)` }}
    >
      <StatusDot tone={tone} />
      {children}
    </span>
  )
}
