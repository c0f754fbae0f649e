import { Badge, Skeleton, Stack, Text } from '@mantine/core'
import { sayError } from '@/api/actions'
import { UnifiedDiff } from '@/components/UnifiedDiff'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import type { Tone } from '@/lib/status'
import classes from './Manifest.module.css'
import type { Obstacle, Plan, PlanChange } from './usePlan'
import { RefusalText } from './RefusalText'
import { sayObstacle } from './sayObstacle'

const tones: Record<PlanChange['action'], Tone> = {
  create: 'good',
  change: 'busy',
  nothing: 'idle',
  recreate: 'wait',
  prune: 'bad',
  keep: 'idle',
}

type Props = {
  plan: Plan | undefined
  error: unknown
  obstacle: Obstacle | undefined
  asking: boolean
  restarts: boolean
  empty: string
}

/** What deploying would change, as the cluster's dry run has it. */
export function PlanPane({ plan, error, obstacle, asking, restarts, empty }: Props) {
  const t = useInfraT()
  if (obstacle) return <Hint bad={obstacle.key !== 'noAccount'}>{sayObstacle(t, obstacle)}</Hint>
  if (error) return <RefusalText message={sayError(error)} />
  if (!plan)
    return asking ? (
      <Stack gap={8}>
        <Skeleton height={22} width="50%" />
        <Skeleton height={90} />
      </Stack>
    ) : (
      <Hint>{empty}</Hint>
    )
  return (
    <Stack gap="md" style={{ opacity: asking ? 0.55 : 1 }} aria-busy={asking}>
      {(plan.warnings ?? []).map((w) => (
        <Hint key={w} bad>
          {w}
        </Hint>
      ))}
      {plan.changes.map((c) => (
        <Change key={`${c.namespace ?? ''} ${c.fullName}`} change={c} restarts={restarts} />
      ))}
    </Stack>
  )
}

function Hint({ bad, children }: { bad?: boolean; children: React.ReactNode }) {
  return (
    <Text
      size="sm"
      c={bad ? undefined : 'dimmed'}
      style={{ overflowWrap: 'anywhere', ...(bad ? { color: 'var(--wait)' } : {}) }}
    >
      {children}
    </Text>
  )
}

function Change({ change: c, restarts }: { change: PlanChange; restarts: boolean }) {
  const t = useInfraT()
  const tone = c.error ? 'bad' : tones[c.action]
  const { kind, name } = kindAndName(c.fullName)
  return (
    <section aria-label={c.fullName}>
      <div className={classes.change}>
        <Badge
          size="sm"
          variant="light"
          style={{ color: `var(--${tone})`, background: `var(--${tone}-soft)` }}
        >
          {c.error ? t('manifest.refused') : t(`manifest.actions.${c.action}`)}
        </Badge>
        <Text fw={550} className="cut">
          {name}
        </Text>
        <Text c="dimmed" size="sm" className="cut">
          {kind}
          {c.namespace ? ` · ${c.namespace}` : ''}
        </Text>
      </div>
      {c.error && <RefusalText message={c.error} />}
      {(c.messages ?? []).map((m) => (
        <Text key={m} size="sm" mt={6} style={{ color: 'var(--wait)', overflowWrap: 'anywhere' }}>
          {m}
        </Text>
      ))}
      {restarts && c.action === 'change' && !c.error && (
        <Text size="sm" mt={6}>
          {t('manifest.restarts')}
        </Text>
      )}
      {c.diff && (
        <div className={classes.diff}>
          <UnifiedDiff text={c.diff} label={c.fullName} />
        </div>
      )}
    </section>
  )
}
