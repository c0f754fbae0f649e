import { Skeleton, Text } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import { textOf, type Json } from '@/lib/json'
import { write } from '@/lib/texts'
import type { ConfigChange, Kind, StageChange } from './compare'
import { useCompare } from './texts'
import classes from './Compare.module.css'

const DiffView = lazy(() => import('@/components/DiffView'))

const tones: Record<Kind, string> = { added: 'good', removed: 'bad', changed: 'wait' }

/** What was changed in the pipeline between the two executions. */
export function Config({ change, now }: { change: ConfigChange | undefined; now: Json | undefined }) {
  const c = useCompare()
  const { language } = useI18n()
  const same = change !== undefined && change.stages.length + change.fields.length === 0
  return (
    <section className={classes.section} aria-label={c('config')}>
      <Text component="h3" fw={600} mb={8} mt={0}>
        {c('config')}
      </Text>
      <div className="card">
        {!change ? (
          <div className={classes.none}>{c('configUnknown')}</div>
        ) : same ? (
          <div className={classes.none}>{c('configSame')}</div>
        ) : (
          <>
            <div className={classes.none}>
              {now &&
                c('savedBetween', {
                  user: textOf(now['lastModifiedBy']) || '?',
                  when: moment(Number(textOf(now['updateTs'])), language),
                })}
              {change.fields.length > 0 && (
                <>
                  {' '}
                  · {c('changedFields')}: <span className="mono">{change.fields.join(', ')}</span>
                </>
              )}
            </div>
            {change.stages.map((s) => (
              <ChangedStage key={`${s.kind} ${s.refId} ${s.name}`} change={s} />
            ))}
          </>
        )}
      </div>
    </section>
  )
}

function ChangedStage({ change }: { change: StageChange }) {
  const c = useCompare()
  const [open, setOpen] = useState(false)
  const tone = tones[change.kind]
  return (
    <div className={classes.stage}>
      <button
        type="button"
        className={`${classes.open} hover-row`}
        aria-expanded={open}
        onClick={() => {
          setOpen(!open)
        }}
        style={{ gridTemplateColumns: '16px minmax(0, 1fr) auto' }}
      >
        <IconChevronRight size={14} className={open ? classes.turned : undefined} aria-hidden />
        <span style={{ gridColumn: 'auto' }}>
          <b>{change.name}</b> <span className="muted mono">{change.fields.join(', ')}</span>
        </span>
        <span className={classes.kind} style={{ color: `var(--${tone})`, background: `var(--${tone}-soft)` }}>
          {c(change.kind)}
        </span>
      </button>
      {open && (
        <div className={classes.body}>
          <Suspense fallback={<Skeleton height={160} />}>
            <DiffView
              before={change.before ? write(change.before, 'yaml') : ''}
              after={change.after ? write(change.after, 'yaml') : ''}
              label={c('differences', { name: change.name })}
            />
          </Suspense>
        </div>
      )}
    </div>
  )
}
