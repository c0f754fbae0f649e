import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
} from '@tabler/icons-react'
import { Ago } from '@/components/Time'
import { useAccountT } from '@/i18n/accounts'
import classes from './Accounts.module.css'
import { healthOf, type Condition } from './health'
import { timeOf } from './watch'

const looks = {
  True: [IconCircleCheckFilled, 'good'],
  False: [IconCircleXFilled, 'bad'],
  Unknown: [IconCircleDashed, 'idle'],
} as const

const types = ['Ready', 'Reachable', 'Authorized'] as const

/** What the server found when it looked at an account last, and since when it is so. */
export function Conditions({ conditions }: { conditions: readonly Condition[] }) {
  const t = useAccountT()
  const limited = healthOf(conditions)?.word === 'limited'
  const shown = types.flatMap((type) => conditions.find((c) => c.type === type) ?? [])
  return (
    <section className="card" aria-label={t('conditions')}>
      {shown.map((c) => {
        const type = types.find((one) => one === c.type) ?? 'Ready'
        const [Icon, tone] =
          limited && type !== 'Reachable' ? [IconAlertTriangleFilled, 'wait'] : looks[c.status]
        const since = timeOf(c.lastTransitionTime)
        // Why it is not ready stands where it belongs.
        const message =
          type === 'Ready' && shown.some((other) => other.type !== type && other.message === c.message)
            ? ''
            : c.message
        return (
          <div key={type} className={classes.step}>
            <span
              role="img"
              aria-label={t(`conditionStatus.${c.status}`)}
              title={t(`conditionStatus.${c.status}`)}
              style={{ color: `var(--${tone}-fill)`, lineHeight: 0 }}
            >
              <Icon size={18} aria-hidden />
            </span>
            <b>{t(`condition.${type}`)}</b>
            <span className={c.status === 'False' ? undefined : 'muted'}>
              {message}
              {message && since !== undefined && ' · '}
              <Ago time={since} />
            </span>
          </div>
        )
      })}
    </section>
  )
}
