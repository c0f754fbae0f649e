import { Badge } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { ServerGroup } from '@/api/queries'
import { countInstances, HealthBar } from '@/components/HealthBar'
import { Ago } from '@/components/Time'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import type { Cluster } from './clusters'
import classes from './ClusterList.module.css'
import { InstanceChips } from './InstanceChips'
import { ObjectLink } from './ObjectLink'

/** Clusters with their server groups and instances; only those that are seen are drawn. */
export function ClusterList({ clusters }: { clusters: readonly Cluster[] }) {
  const list = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
  }, [clusters.length])
  const virtual = useWindowVirtualizer({
    count: clusters.length, estimateSize: (i) => 70 + 62 * (clusters[i]?.groups.length ?? 1), overscan: 4, scrollMargin: top,
    getItemKey: (i) => { const c = clusters[i]; return c ? `${c.account} ${c.region} ${c.name}` : i },
  })
  return (
    <div ref={list} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
      {virtual.getVirtualItems().map((item) => {
        const cluster = clusters[item.index]
        return cluster && (
          <div key={item.key} ref={virtual.measureElement} data-index={item.index} className={classes.place} style={{ transform: `translateY(${item.start - top}px)` }}>
            <ClusterCard cluster={cluster} />
          </div>
        )
      })}
    </div>
  )
}

function ClusterCard({ cluster: c }: { cluster: Cluster }) {
  const { kind, name } = kindAndName(c.name)
  const managed = ['deployment'].includes(kind)
  return (
    <section className={`card ${classes.cluster}`} aria-label={c.name}>
      <div className={classes.head}>
        <h2 className={`cut ${classes.name}`}>
          {managed ? <ObjectLink account={c.account} location={c.region} name={c.name}>{name}</ObjectLink> : name}
        </h2>
        <Badge size="sm" variant="light" color="gray" className={classes.kind}>{kind || 'cluster'}</Badge>
        <span className={`cut muted ${classes.where}`}>{c.account} · {c.region}</span>
        <span className={classes.health}><HealthBar counts={countInstances(c.groups)} wide /></span>
      </div>
      {c.groups.map((g) => <GroupRow key={g.name} group={g} />)}
    </section>
  )
}

function GroupRow({ group: g }: { group: ServerGroup }) {
  const t = useT()
  const { name } = kindAndName(g.name)
  const images = g.buildInfo.images ?? []
  const idle = g.instanceCounts.total === 0 && g.capacity.desired === 0
  return (
    <div className={`${classes.group} hover-row`} data-idle={idle || undefined}>
      <div className={classes.what}>
        <span className="cut">
          <ObjectLink account={g.account} location={g.region} name={g.name} className={classes.link}>{name}</ObjectLink>
          {g.moniker.sequence !== undefined && <span className={`muted ${classes.sequence}`}>{t('infra.sequence', { n: g.moniker.sequence })}</span>}
          {g.isDisabled && <Badge size="xs" variant="light" color="gray" ml={8}>{t('infra.disabled')}</Badge>}
        </span>
        <span className={`cut mono muted ${classes.image}`} title={images.join('\n')}>{images.join(', ')}</span>
      </div>
      <div className={classes.instances}>
        <InstanceChips group={g} />
      </div>
      <span className={`muted num ${classes.counts}`}>
        {g.instanceCounts.total !== g.capacity.desired ? t('infra.scaledTo', { n: g.capacity.desired }) : ''}
      </span>
      <span className={`muted ${classes.age}`}><Ago time={g.createdTime} /></span>
    </div>
  )
}
