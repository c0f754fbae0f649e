import { UnifiedDiff } from '@/components/UnifiedDiff'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import type { Tone } from '@/lib/status'
import type { Change } from './changes'
import classes from './Judgment.module.css'

const tones: Record<string, Tone> = { create: 'good', change: 'busy', recreate: 'wait', prune: 'bad' }
const actions = ['create', 'change', 'nothing', 'recreate', 'prune', 'keep'] as const

/** One object that changes, with its coloured diff. */
export function ChangeRow({ change: c }: { change: Change }) {
  const t = useInfraT()
  const { kind, name } = kindAndName(c.fullName)
  const action = actions.find((a) => a === c.action)
  const tone = c.error ? 'bad' : (tones[c.action] ?? 'idle')
  return (
    <details className={classes.change} open={c.action !== 'create' || c.error !== ''}>
      <summary>
        <span
          className={classes.badge}
          style={{ color: `var(--${tone})`, background: `var(--${tone}-soft)` }}
        >
          {action ? t(`manifest.actions.${action}`) : c.action}
        </span>
        <b className="cut">{name}</b>
        <span className="muted">
          {kind}
          {c.namespace ? ` · ${c.namespace}` : ''}
        </span>
      </summary>
      {c.error && <p className={classes.error}>{c.error}</p>}
      {c.diff && <UnifiedDiff text={c.diff} label={c.fullName} />}
    </details>
  )
}
