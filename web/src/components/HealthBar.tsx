import { useT } from '@/i18n'
import { healthStates, healthTone, type HealthCounts } from '@/lib/health'
import classes from './HealthBar.module.css'

/** Instances by their health, as a bar and in numbers. */
export function HealthBar({ counts, wide = false }: { counts: HealthCounts; wide?: boolean }) {
  const t = useT()
  if (counts.total === 0) return <span className="muted">{t('health.none')}</span>
  const parts = healthStates.toReversed().filter((state) => counts[state] > 0)
  const label = parts.map((state) => `${counts[state]} ${t(`health.state.${state}`)}`).join(', ')
  const worst = healthTone({ state: parts.at(-1) ?? 'unknown' })
  return (
    <span className={classes.health} title={label}>
      <span className={wide ? classes.wide : classes.bar} role="img" aria-label={label}>
        {parts.map((state) => (
          <span
            key={state}
            style={{ flexGrow: counts[state], background: `var(--${healthTone({ state })}-fill)` }}
          />
        ))}
      </span>
      <span
        className={`${classes.text} num`}
        style={worst === 'bad' || worst === 'wait' ? { color: `var(--${worst})` } : undefined}
      >
        {counts.healthy}
        <span className="muted">/{counts.total}</span>
      </span>
    </span>
  )
}
