import { useT } from '@/i18n'
import type { ServerGroup } from '@/api/queries'
import classes from './HealthBar.module.css'

export type Counts = { total: number; up: number; down: number; other: number }

/** The instances of server groups, counted by health. */
export function countInstances(groups: readonly Pick<ServerGroup, 'instanceCounts'>[]): Counts {
  const out = { total: 0, up: 0, down: 0, other: 0 }
  for (const { instanceCounts: c } of groups) {
    out.total += c.total
    out.up += c.up
    out.down += c.down
    out.other += c.total - c.up - c.down
  }
  return out
}

/** Instances by health, as a bar and in numbers. */
export function HealthBar({ counts, wide = false }: { counts: Counts; wide?: boolean }) {
  const t = useT()
  if (counts.total === 0) return <span className="muted">{t('health.none')}</span>
  const parts: ['good' | 'bad' | 'wait', number][] = [
    ['good', counts.up],
    ['wait', counts.other],
    ['bad', counts.down],
  ]
  const label = t('health.label', { up: counts.up, total: counts.total })
  return (
    <span className={classes.health} title={label}>
      <span className={wide ? classes.wide : classes.bar} role="img" aria-label={label}>
        {parts.map(
          ([tone, n]) =>
            n > 0 && <span key={tone} style={{ flexGrow: n, background: `var(--${tone}-fill)` }} />,
        )}
      </span>
      <span className={`${classes.text} num`} style={counts.down > 0 ? { color: 'var(--bad)' } : undefined}>
        {counts.up}
        <span className="muted">/{counts.total}</span>
      </span>
    </span>
  )
}
