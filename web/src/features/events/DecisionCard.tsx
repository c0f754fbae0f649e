import { Anchor, Button } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { ToneBadge } from '@/components/Status'
import { triggerName } from '@/features/executions/ExecutionRow'
import { useT } from '@/i18n'
import { Checks } from './Checks'
import classes from './Event.module.css'
import type { Decision } from './queries'
import { useEventTexts } from './texts'
import { outcomeTone, reasonText } from './words'

type Props = {
  decision: Decision
  /** It is what would be decided. */
  would?: boolean
  /** It is shown within its pipeline, which isn't named. */
  unnamed?: boolean
  children?: ReactNode
}

/** What was decided on a trigger, with what was compared. */
export function DecisionCard({ decision: d, would = false, unnamed = false, children }: Props) {
  const t = useEventTexts()
  const words = useT()
  const [open, setOpen] = useState(d.outcome === 'DIFFERS')
  const reason = reasonText(t, d)
  // What needn't be compared, such as the signature of a replay, says nothing.
  const checks = d.checks.filter((c) => !c.ok || c.want !== undefined || c.got !== undefined)
  return (
    <li className={classes.decision}>
      <div className={classes.head}>
        <ToneBadge tone={outcomeTone[d.outcome]}>
          {t(would && d.outcome === 'STARTS' ? 'says.would' : `says.${d.outcome}`)}
        </ToneBadge>
        {!unnamed && (
          <span className={classes.pipeline}>
            <span className="muted">{d.application} › </span>
            <Link to="/applications/$app/pipelines/$id" params={{ app: d.application, id: d.pipelineId }}>
              {d.pipelineName}
            </Link>
          </span>
        )}
        <span className="muted">
          {[triggerName(words, d.triggerType), d.description].filter(Boolean).join(' · ')}
        </span>
        {d.executionId && (
          <Anchor
            size="sm"
            ml="auto"
            renderRoot={(props) => (
              <Link {...props} to="/executions/$id" params={{ id: d.executionId ?? '' }} />
            )}
          >
            {t('run')}
          </Anchor>
        )}
      </div>
      {reason && <p className={classes.reason}>{reason}</p>}
      {d.user && d.user !== 'anonymous' && <p className="muted">{t('runAs', { user: d.user })}</p>}
      {children}
      {checks.length > 0 && (
        <>
          <Button
            variant="subtle"
            size="compact-xs"
            color="gray"
            aria-expanded={open}
            leftSection={
              <IconChevronRight
                size={14}
                className={classes.arrow}
                data-open={open || undefined}
                aria-hidden
              />
            }
            onClick={() => {
              setOpen(!open)
            }}
          >
            {t('check.show', { n: checks.length })}
          </Button>
          {open && <Checks checks={checks} />}
        </>
      )}
    </li>
  )
}
