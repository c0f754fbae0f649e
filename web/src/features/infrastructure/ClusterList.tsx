import { Badge, Checkbox, Loader } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ServerGroup } from '@/api/queries'
import { HealthBar } from '@/components/HealthBar'
import { HealthWord } from '@/components/HealthWord'
import { Ago } from '@/components/Time'
import { VirtualRows } from '@/components/VirtualRows'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import { healthTone, sumHealth } from '@/lib/health'
import type { Cluster } from './clusters'
import classes from './ClusterList.module.css'
import { InstanceChips } from './InstanceChips'
import { ObjectLink } from './ObjectLink'
import type { Row } from './rows'
import { SelectBox } from './SelectBox'
import type { Selection } from './selection'
import { workOn, type Work } from './work'

type Props = { rows: readonly Row[]; selection: Selection; work: readonly Work[] }

const heights = { account: 44, cluster: 62, group: 62 }

/** Clusters with their server groups and instances, by account; only those that are seen are drawn. */
export function ClusterList({ rows, selection, work }: Props) {
  const t = useT()
  return (
    <VirtualRows
      count={rows.length}
      keyOf={(i) => rows[i]?.key ?? String(i)}
      height={(i) => heights[rows[i]?.is ?? 'group']}
      label={t('infra.clusters')}
    >
      {(i) => {
        const row = rows[i]
        if (!row) return null
        if (row.is === 'account') return <AccountRow account={row.account} groups={row.groups} />
        if (row.is === 'cluster')
          return (
            <ClusterRow
              cluster={row.cluster}
              first={i === 0 || rows[i - 1]?.is === 'account'}
              selection={selection}
            />
          )
        return (
          <GroupRow
            group={row.group}
            last={row.last}
            rowKey={row.key}
            selection={selection}
            work={workOn(work, row.group)}
          />
        )
      }}
    </VirtualRows>
  )
}

function AccountRow({ account, groups }: { account: string; groups: readonly ServerGroup[] }) {
  return (
    <div className={classes.account}>
      <h2 className={classes.accountName}>{account}</h2>
      <HealthBar counts={sumHealth(groups)} />
    </div>
  )
}

function ClusterRow({
  cluster: c,
  first,
  selection,
}: {
  cluster: Cluster
  first: boolean
  selection: Selection
}) {
  const ti = useInfraT()
  const { kind, name } = kindAndName(c.name)
  const health = c.groups[0]?.clusterHealth
  const keys = c.groups.map((g) => `${g.account}|${g.region}|${g.name}`)
  const chosen = keys.filter((k) => selection.chosen.has(k)).length
  return (
    <div className={classes.clusterPlace} data-first={first || undefined}>
      <section className={classes.head} aria-label={c.name}>
        <Checkbox
          size="xs"
          aria-label={ti('bulk.chooseCluster', { name })}
          checked={chosen === keys.length}
          indeterminate={chosen > 0 && chosen < keys.length}
          onChange={(e) => {
            selection.choose(keys, e.currentTarget.checked)
          }}
          className={classes.box}
        />
        <h3 className={`cut ${classes.name}`}>
          {kind === 'deployment' ? (
            <ObjectLink row account={c.account} location={c.region} name={c.name}>
              {name}
            </ObjectLink>
          ) : (
            name
          )}
        </h3>
        <Badge size="sm" variant="light" color="gray" className={classes.kind}>
          {kind || 'cluster'}
        </Badge>
        <span className={`cut muted ${classes.where}`}>
          {c.account} · {c.region}
        </span>
        {health && health.state !== 'healthy' && (
          <span className={`cut ${classes.state}`}>
            <HealthWord health={health} />
          </span>
        )}
        <span className={classes.health}>
          <HealthBar counts={sumHealth(c.groups)} wide />
        </span>
      </section>
    </div>
  )
}

type GroupProps = {
  group: ServerGroup
  last: boolean
  rowKey: string
  selection: Selection
  work: Work | undefined
}

function GroupRow({ group: g, last, rowKey, selection, work }: GroupProps) {
  const t = useT()
  const { name } = kindAndName(g.name)
  const images = g.buildInfo.images ?? []
  const idle = g.instanceCounts.total === 0 && g.capacity.desired === 0
  return (
    <div
      className={`${classes.group} hover-row`}
      data-idle={idle || undefined}
      data-last={last || undefined}
      data-chosen={selection.chosen.has(rowKey) || undefined}
    >
      <SelectBox rowKey={rowKey} name={name} selection={selection} />
      <div className={classes.what}>
        <span className="cut">
          <ObjectLink row account={g.account} location={g.region} name={g.name} className={classes.link}>
            {name}
          </ObjectLink>
          {g.moniker.sequence !== undefined && (
            <span className={`muted ${classes.sequence}`}>
              {t('infra.sequence', { n: g.moniker.sequence })}
            </span>
          )}
          {g.isDisabled && (
            <Badge size="xs" variant="light" color="gray" ml={8}>
              {t('infra.disabled')}
            </Badge>
          )}
        </span>
        <span className={`cut mono muted ${classes.image}`} title={images.join('\n')}>
          {images.join(', ')}
        </span>
      </div>
      <div className={classes.instances}>
        <InstanceChips group={g} />
      </div>
      <span className={`muted num ${classes.counts}`}>
        {work ? (
          <WorkBadge work={work} />
        ) : g.healthStatus && healthTone(g.healthStatus) !== 'good' && !idle ? (
          <HealthWord health={g.healthStatus} />
        ) : g.instanceCounts.total !== g.capacity.desired ? (
          t('infra.scaledTo', { n: g.capacity.desired })
        ) : (
          ''
        )}
      </span>
      <span className={`muted ${classes.age}`}>
        <Ago time={g.createdTime} />
      </span>
    </div>
  )
}

/** What is being done to it at this moment. */
function WorkBadge({ work }: { work: Work }) {
  return (
    <Link to={work.path} className={classes.work}>
      <Loader size={11} aria-hidden /> <span className="cut">{work.name}</span>
    </Link>
  )
}
