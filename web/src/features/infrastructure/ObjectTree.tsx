import { Text, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Schemas } from '@/api/client'
import { useHealthName } from '@/components/useHealthName'
import { Failure, RowsLoading } from '@/components/States'
import { StatusDot } from '@/components/Status'
import { Ago } from '@/components/Time'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import { healthTone } from '@/lib/health'
import type { Place } from './object'
import { treeQuery } from './objectQueries'
import classes from './Object.module.css'
import { ObjectLink } from './ObjectLink'

type Node = Schemas['ManifestTree']['nodes'][number]

/** How deep each node of a tree is; parents come before their children. */
export function depths(nodes: readonly Pick<Node, 'uid' | 'parent'>[]): Map<string, number> {
  const out = new Map<string, number>()
  for (const n of nodes) out.set(n.uid, n.parent === undefined ? 0 : (out.get(n.parent) ?? -1) + 1)
  return out
}

/** What owns an object, and what it owns. */
export function ObjectTree({ place }: { place: Place }) {
  const t = useT()
  const healthName = useHealthName()
  const { data, error, refetch } = useQuery(treeQuery(place))
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <RowsLoading rows={4} height={30} />
  const depth = depths(data.nodes)
  return (
    <>
      <ul className={classes.tree}>
        {data.nodes.map((n) => {
          const { kind, name } = kindAndName(n.name)
          return (
            <li
              key={n.uid}
              className={classes.node}
              data-here={n.name === place.name || undefined}
              style={{ marginLeft: (depth.get(n.uid) ?? 0) * 22 }}
            >
              <span title={healthName(n.healthStatus)} data-health={n.healthStatus.state}>
                <StatusDot tone={healthTone(n.healthStatus)} />
                <VisuallyHidden>{healthName(n.healthStatus)}</VisuallyHidden>
              </span>
              <span className="cut">
                <ObjectLink account={place.account} location={n.namespace ?? '_'} name={n.name}>
                  {name}
                </ObjectLink>{' '}
                <span className="muted">{kind}</span>
              </span>
              <span className="muted" style={{ marginLeft: 'auto' }}>
                <Ago time={n.createdTime} />
              </span>
            </li>
          )
        })}
      </ul>
      {data.unseen.length > 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          {t('object.unseen', { kinds: data.unseen.join(', ') })}
        </Text>
      )}
    </>
  )
}
