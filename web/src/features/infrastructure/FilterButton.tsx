import { Button, MultiSelect, Popover, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFilter } from '@tabler/icons-react'
import { useInfraT } from '@/i18n/infra'
import { filterNames, type FilterName, type Filters, type optionsOf } from './filter'
import classes from './FilterBar.module.css'
import { useValueName } from './useValueName'

type Props = {
  filters: Filters
  options: ReturnType<typeof optionsOf>
  change: (name: FilterName, values: readonly string[]) => void
  clear: () => void
}

/** Chooses what is shown by what it is. */
export function FilterButton({ filters, options, change, clear }: Props) {
  const t = useInfraT()
  const say = useValueName()
  const [open, { toggle, close }] = useDisclosure()
  const count = filterNames.reduce((n, name) => n + (filters[name]?.length ?? 0), 0)
  const shown = filterNames.filter((name) => options[name].length > 1 || (filters[name]?.length ?? 0) > 0)
  return (
    <Popover opened={open} onChange={close} position="bottom-end" width={320} shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconFilter size={15} />}
          rightSection={count > 0 ? <span className={`num ${classes.count}`}>{count}</span> : undefined}
          onClick={toggle}
        >
          {t('filter.filters')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown mah="70dvh" style={{ overflowY: 'auto' }} aria-label={t('filter.filters')}>
        <Stack gap="sm">
          {shown.length === 0 && <span className="muted">{t('filter.none')}</span>}
          {shown.map((name) => (
            <MultiSelect
              key={name}
              size="xs"
              label={t(`filter.${name}`)}
              searchable
              clearable
              hidePickedOptions
              limit={200}
              value={[...(filters[name] ?? [])]}
              onChange={(values) => {
                change(name, values)
              }}
              comboboxProps={{ withinPortal: false }}
              data={[...new Set([...options[name].map(([value]) => value), ...(filters[name] ?? [])])].map(
                (value) => ({ value, label: say(name, value) }),
              )}
              renderOption={({ option }) => (
                <span className={classes.option}>
                  <span className="cut">{option.label}</span>
                  <span className="muted num">
                    {options[name].find(([v]) => v === option.value)?.[1] ?? 0}
                  </span>
                </span>
              )}
            />
          ))}
          {count > 0 && (
            <Button size="xs" variant="subtle" onClick={clear}>
              {t('filter.clear')}
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
