import { useMemo } from 'react'
import type { Execution } from '@/api/queries'
import { StatusIcon } from '@/components/Status'
import { Elapsed } from '@/components/Time'
import { useT } from '@/i18n'
import { topLevel } from '@/lib/graph'
import { useNow } from '@/lib/now'
import { WaitedFor } from '@/components/WaitedFor'
import { isActive, shownStageStatus, toneOf, waitedFor } from '@/lib/status'
import { useStageTypeName } from '@/stages'
import classes from './Timeline.module.css'

/** An execution's stages in the order and the length of their time. */
export function Timeline({
  execution: e,
  selected,
  select,
}: {
  execution: Execution
  selected: string | undefined
  select: (id: string) => void
}) {
  const t = useT()
  const typeName = useStageTypeName()
  const now = useNow(isActive(e.status))
  const stages = useMemo(
    () => topLevel(e.stages).toSorted((a, b) => (a.startTime ?? Infinity) - (b.startTime ?? Infinity)),
    [e.stages],
  )
  const began = e.startTime ?? now
  const whole = Math.max((e.endTime ?? now) - began, 1)
  return (
    <div className={`card ${classes.list}`} role="list" aria-label={t('execution.timeline')}>
      {stages.map((s) => {
        const status = shownStageStatus(s)
        const [from, to] = [((s.startTime ?? now) - began) / whole, ((s.endTime ?? now) - began) / whole]
        return (
          <div role="listitem" key={s.id}>
            <button
              type="button"
              className={`${classes.row} hover-row`}
              aria-pressed={s.id === selected}
              data-selected={s.id === selected || undefined}
              onClick={() => {
                select(s.id)
              }}
            >
              <StatusIcon status={status} size={17} />
              <span className="cut">
                <b>{s.name || s.type}</b>{' '}
                <span className="muted">
                  <WaitedFor waiting={waitedFor([s])} otherwise={typeName(s.type)} short />
                </span>
              </span>
              <span className={classes.track}>
                {s.startTime !== undefined && (
                  <span
                    className={classes.span}
                    style={{
                      left: `${from * 100}%`,
                      width: `max(4px, ${(to - from) * 100}%)`,
                      background: `var(--${toneOf(status)}-fill)`,
                    }}
                  />
                )}
              </span>
              <span className={`muted ${classes.took}`}>
                <Elapsed of={s} />
              </span>
            </button>
          </div>
        )
      })}
    </div>
  )
}
