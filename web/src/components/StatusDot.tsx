import { type Tone } from '@/lib/status'
import classes from './Status.module.css'

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
