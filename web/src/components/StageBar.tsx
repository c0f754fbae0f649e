import { topLevel } from '@/lib/graph'
import { shownStageStatus, toneOf } from '@/lib/status'
import classes from './StageBar.module.css'

type StageLike = Parameters<typeof shownStageStatus>[0] & {
  id?: string
  name?: string
  type?: string
  status?: string
  parentStageId?: string
  startTime?: number
  refId?: string
}

const most = 40

/** An execution's stages side by side, each in its tone. */
export function StageBar({ stages }: { stages: readonly StageLike[] }) {
  const shown = topLevel(stages)
  const label = `${shown.filter((s) => s.status === 'SUCCEEDED').length}/${shown.length}`
  return (
    <span className={classes.bar} role="img" aria-label={label}>
      {shown.slice(0, most).map((s, i) => {
        const tone = toneOf(shownStageStatus(s))
        return (
          <span
            key={s.id ?? i}
            title={s.name || s.type}
            className={tone === 'busy' ? `${classes.stage} breathe` : classes.stage}
            style={{ background: s.status === 'NOT_STARTED' ? 'var(--idle-soft)' : `var(--${tone}-fill)` }}
          />
        )
      })}
      {shown.length > most && <span className={classes.more}>+{shown.length - most}</span>}
    </span>
  )
}
