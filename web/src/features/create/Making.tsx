import { Text } from '@mantine/core'
import { IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled, IconLoader2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { sayError } from '@/api/actions'
import { textOf } from '@/lib/json'
import type { Draft } from './draft'
import { applicationName } from './names'
import { useCreateTexts } from './texts'
import { parts, type MakingState, type PartName } from './useMaking'
import { usePipeline } from './usePipeline'
import { usePush } from './usePush'
import classes from './NewApplication.module.css'

type State = 'done' | 'doing' | 'failed' | 'waiting'

/** What is there by now, what is being made, and what could not be. */
export function Making({ d, making }: { d: Draft; making: MakingState }) {
  const t = useCreateTexts()
  const app = applicationName(d.name)
  const pipeline = textOf(usePipeline(d)['name'])
  const host = usePush(d).push?.account?.host
  const mine = d.made.application === app
  const { at, failed } = making
  const shown = parts.filter(
    (p) =>
      p === 'application' ||
      (p === 'webhook' ? host !== undefined : d.kind !== 'nothing' && (p === 'pipeline' || making.deploys)),
  )
  const stateOf = (p: PartName): State =>
    at === p && failed ? 'failed' : at === p ? 'doing' : mine && d.made[p] !== undefined ? 'done' : 'waiting'
  return (
    <section className={`card ${classes.making}`} aria-live="polite">
      {d.made.application !== undefined && !mine && (
        <Text size="sm">{t('otherMade', { app: d.made.application })}</Text>
      )}
      {shown.map((p) => {
        const state = stateOf(p)
        return (
          <div key={p} className={classes.part}>
            {state === 'done' ? (
              <IconCircleCheckFilled size={18} color="var(--good-fill)" aria-hidden />
            ) : state === 'failed' ? (
              <IconCircleXFilled size={18} color="var(--bad-fill)" aria-hidden />
            ) : state === 'doing' ? (
              <IconLoader2 size={18} className="turn" color="var(--busy-fill)" aria-hidden />
            ) : (
              <IconCircleDashed size={18} color="var(--idle-fill)" aria-hidden />
            )}
            <div style={{ minWidth: 0 }}>
              <Text c={state === 'waiting' ? 'dimmed' : undefined}>
                {t(`making.${p}.${state}`, { app, pipeline, host: host ?? '' })}
              </Text>
              {state === 'failed' && failed && (
                <Text
                  size="sm"
                  role="alert"
                  style={{ color: 'var(--bad)', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
                >
                  {sayError(failed)}
                </Text>
              )}
            </div>
          </div>
        )
      })}
      {mine && !making.busy && (
        <Text size="sm" c="dimmed">
          {t('halfMade')}{' '}
          <Link to="/applications/$app" params={{ app }}>
            {t('openApplication')}
          </Link>
        </Text>
      )}
    </section>
  )
}
