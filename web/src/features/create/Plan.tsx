import { Alert, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Failure, RowsLoading } from '@/components/States'
import { UnifiedDiff } from '@/components/UnifiedDiff'
import { RefusalText } from '@/features/manifest/RefusalText'
import { kindAndName } from '@/lib/format'
import { useForm } from './form'
import { planOf } from './pipeline'
import { planQuery } from './queries'
import { useResolved } from './usePipeline'
import classes from './NewApplication.module.css'

const tones = {
  create: 'good',
  change: 'busy',
  nothing: 'idle',
  recreate: 'wait',
  prune: 'bad',
  keep: 'idle',
} as const

/** What would change in the cluster, as its own dry run says. */
export function Plan() {
  const { d, t } = useForm()
  const { resolved, fileType } = useResolved(d)
  const plan = useQuery(planQuery(planOf(resolved, fileType)))
  if (plan.error) {
    return (
      <>
        <Text fw={600} mb="xs">
          {t('planFailed')}
        </Text>
        <Failure error={plan.error} retry={() => void plan.refetch()} />
      </>
    )
  }
  if (!plan.data)
    return (
      <div role="status" aria-label={t('planning')}>
        <Text size="sm" c="dimmed" mb="xs">
          {t('planning')}
        </Text>
        <RowsLoading rows={3} height={38} />
      </div>
    )
  const { changes, warnings = [], different } = plan.data
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        {different
          ? t('planText', { account: d.place.account, namespace: d.place.namespace })
          : t('planNothing')}
      </Text>
      {warnings.length > 0 && (
        <Alert color="yellow" p="xs" mb="xs">
          {warnings.map((w) => (
            <Text key={w} size="sm">
              {w}
            </Text>
          ))}
        </Alert>
      )}
      <div className="card" style={{ overflow: 'hidden' }}>
        {changes.map((c) => {
          const { kind, name } = kindAndName(c.fullName)
          const tone = c.error ? 'bad' : tones[c.action]
          return (
            <details
              key={`${c.fullName} ${c.namespace ?? ''}`}
              className={classes.change}
              open={c.error !== undefined}
            >
              <summary>
                <span
                  className={classes.badge}
                  style={{ color: `var(--${tone})`, background: `var(--${tone}-soft)` }}
                >
                  {t(`action.${c.action}`)}
                </span>
                <span className="cut">
                  <b>{name}</b> <span className="muted">{kind}</span>
                </span>
              </summary>
              <div style={{ padding: '0 14px 12px' }}>
                {c.error && <RefusalText message={c.error} />}
                {(c.messages ?? []).map((m) => (
                  <Text key={m} size="sm" c="dimmed" mb={6}>
                    {m}
                  </Text>
                ))}
                {c.diff && <UnifiedDiff text={c.diff} label={c.fullName} />}
              </div>
            </details>
          )
        })}
      </div>
    </>
  )
}
