import { Pill } from '@mantine/core'
import { useInfraT } from '@/i18n/infra'
import { filterNames, type FilterName, type Filters } from './filter'
import classes from './FilterBar.module.css'
import { useValueName } from './useValueName'

type Props = { filters: Filters; change: (name: FilterName, values: readonly string[]) => void }

/** What is filtered by, each to be taken away. */
export function FilterPills({ filters, change }: Props) {
  const t = useInfraT()
  const say = useValueName()
  const all = filterNames.flatMap((name) => (filters[name] ?? []).map((value) => ({ name, value })))
  if (all.length === 0) return null
  return (
    <div className={classes.pills}>
      {all.map(({ name, value }) => (
        <Pill
          key={`${name} ${value}`}
          withRemoveButton
          removeButtonProps={{
            'aria-label': t('filter.remove', { name: value }),
            title: t('filter.remove', { name: value }),
            tabIndex: 0,
            'aria-hidden': false,
          }}
          onRemove={() => {
            change(
              name,
              (filters[name] ?? []).filter((v) => v !== value),
            )
          }}
        >
          <span className="muted">{t(`filter.${name}`)}</span> {say(name, value)}
        </Pill>
      ))}
    </div>
  )
}
