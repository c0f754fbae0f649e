import { Badge } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { HealthWord } from '@/components/HealthWord'
import { Ago } from '@/components/Time'
import { VirtualRows } from '@/components/VirtualRows'
import classes from './List.module.css'
import { ObjectLink } from './ObjectLink'

/** Any objects of an application. */
export function ResourceList({ resources }: { resources: readonly Schemas['RawResource'][] }) {
  return (
    <div className="card">
      <VirtualRows count={resources.length} keyOf={(i) => keyOf(resources[i]) ?? String(i)} height={() => 49}>
        {(i) => {
          const r = resources[i]
          return r && <ResourceRow resource={r} />
        }}
      </VirtualRows>
    </div>
  )
}

const keyOf = (r: Schemas['RawResource'] | undefined) => r && `${r.account} ${r.region ?? ''} ${r.name}`

function ResourceRow({ resource: r }: { resource: Schemas['RawResource'] }) {
  return (
    <div className={`${classes.row} hover-row`}>
      <span className="cut">
        <ObjectLink row account={r.account} location={r.region ?? ''} name={r.name} className={classes.link}>
          {r.displayName}
        </ObjectLink>
      </span>
      <span>
        <Badge size="sm" variant="light" color="gray" tt="none">
          {r.kind}
        </Badge>{' '}
        {r.healthStatus && r.healthStatus.state !== 'healthy' ? (
          <HealthWord health={r.healthStatus} />
        ) : (
          <span className="muted mono">{r.apiVersion}</span>
        )}
      </span>
      <span className={`cut muted ${classes.where}`}>
        {r.account} · {r.region}
      </span>
      <span className={`muted ${classes.age}`}>
        <Ago time={r.createdTime} />
      </span>
    </div>
  )
}
