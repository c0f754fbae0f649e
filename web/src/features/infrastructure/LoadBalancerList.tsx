import { Badge } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { Ago } from '@/components/Time'
import { VirtualRows } from '@/components/VirtualRows'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import { instanceTone } from './InstanceChips'
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
  return (
    <div className={`${classes.row} hover-row`}>
      <span className="cut">
        <ObjectLink account={b.account} location={b.region ?? ''} name={b.name} className={classes.link}>
          {b.displayName}
        </ObjectLink>
        <Badge size="xs" variant="light" color="gray" ml={8} tt="none">
          {b.kind}
        </Badge>
      </span>
      <span className="cut">
        {b.serverGroups.length === 0 ? (
          <span style={{ color: 'var(--wait)' }}>{t('infra.toNothing')}</span>
        ) : (
          <>
            <span className="muted">{t('infra.sends')} </span>
            {b.serverGroups.map((g) => {
              const instances = (g.instances ?? []) as { health?: { state?: string } }[]
              const up = instances.filter((i) => instanceTone(i.health?.state) === 'good').length
              return (
                <span key={g.name} className={classes.target}>
                  {kindAndName(g.name).name}{' '}
                  <span
                    className="num"
                    style={{ color: `var(--${up === instances.length && up > 0 ? 'good' : 'wait'})` }}
                  >
                    {up}/{instances.length}
                  </span>
                </span>
              )
            })}
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
