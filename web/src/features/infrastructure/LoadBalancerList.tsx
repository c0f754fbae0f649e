import { Badge } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { HealthWord } from '@/components/HealthWord'
import { Ago } from '@/components/Time'
import { VirtualRows } from '@/components/VirtualRows'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import { healthTone } from '@/lib/health'
import classes from './List.module.css'
import { ObjectLink } from './ObjectLink'

/** Services and ingresses with where they send their traffic. */
export function LoadBalancerList({ balancers }: { balancers: readonly Schemas['LoadBalancer'][] }) {
  return (
    <div className="card">
      <VirtualRows count={balancers.length} keyOf={(i) => keyOf(balancers[i]) ?? String(i)} height={() => 49}>
        {(i) => {
          const b = balancers[i]
          return b && <BalancerRow balancer={b} />
        }}
      </VirtualRows>
    </div>
  )
}

const keyOf = (b: Schemas['LoadBalancer'] | undefined) => b && `${b.account} ${b.region ?? ''} ${b.name}`

function BalancerRow({ balancer: b }: { balancer: Schemas['LoadBalancer'] }) {
  const t = useT()
  const targets = b.targets ?? []
  return (
    <div className={`${classes.row} hover-row`}>
      <span className="cut">
        <ObjectLink row account={b.account} location={b.region ?? ''} name={b.name} className={classes.link}>
          {b.displayName}
        </ObjectLink>
        <Badge size="xs" variant="light" color="gray" ml={8} tt="none">
          {b.kind}
        </Badge>
      </span>
      <span className="cut">
        <HealthWord health={b.healthStatus} />{' '}
        {targets.length > 0 && (
          <>
            <span className="muted">{t('infra.sends')} </span>
            {targets.map((target, i) => (
              <span key={i} className={classes.target} title={target.healthStatus.message}>
                {(target.host ?? target.path) && (
                  <span className="mono muted">
                    {target.host}
                    {target.path} →{' '}
                  </span>
                )}
                {kindAndName(target.name).name}
                {target.port && <span className="muted">:{target.port}</span>}{' '}
                <span className="num" style={{ color: `var(--${healthTone(target.healthStatus)})` }}>
                  {target.ready}/{target.total}
                </span>
              </span>
            ))}
          </>
        )}
      </span>
      <span className={`cut muted ${classes.where}`}>
        {b.account} · {b.region}
      </span>
      <span className={`muted ${classes.age}`}>
        <Ago time={b.createdTime} />
      </span>
    </div>
  )
}
