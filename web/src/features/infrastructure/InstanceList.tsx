import { Badge } from '@mantine/core'
import { HealthWord } from '@/components/HealthWord'
import { VirtualRows } from '@/components/VirtualRows'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import classes from './List.module.css'
import { ObjectLink } from './ObjectLink'
import type { InstanceRow } from './rows'
import { SelectBox } from './SelectBox'
import type { Selection } from './selection'

/** Instances, each in a line, the troubled ones first. */
export function InstanceList({
  instances,
  selection,
}: {
  instances: readonly InstanceRow[]
  selection: Selection
}) {
  const t = useT()
  return (
    <div className="card">
      <VirtualRows
        count={instances.length}
        keyOf={(i) => instances[i]?.key ?? String(i)}
        height={() => 49}
        label={t('infra.instances')}
      >
        {(at) => {
          const i = instances[at]
          if (!i) return null
          const { name } = kindAndName(i.name)
          return (
            <div
              className={`${classes.row} hover-row`}
              data-boxed
              data-chosen={selection.chosen.has(i.key) || undefined}
            >
              <SelectBox rowKey={i.key} name={name} selection={selection} />
              <span className="cut">
                <ObjectLink
                  row
                  account={i.account}
                  location={i.region}
                  name={i.name}
                  className={classes.link}
                >
                  {name}
                </ObjectLink>
              </span>
              <span className={`cut ${classes.health}`}>
                <HealthWord health={i.health} />{' '}
                <Badge size="xs" variant="light" color="gray" ml={6}>
                  {kindAndName(i.group.name).name}
                </Badge>
              </span>
              <span className={`cut muted ${classes.where}`}>
                {i.account} · {i.region}
                {i.zone ? ` · ${i.zone}` : ''}
              </span>
            </div>
          )
        }}
      </VirtualRows>
    </div>
  )
}
