import { Button, Indicator, Popover, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { useApplicationNames } from '@/api/useApplicationNames'
import { statusFilters, type RunsSearch } from '@/app/search'
import { FilterField } from '@/components/FilterField'
import { FilterSelect } from '@/components/FilterSelect'
import { IconButton } from '@/components/IconButton'
import { Toolbar } from '@/components/Toolbar'
import { triggers, triggerName } from '@/features/executions/ExecutionRow'
import { useList } from '@/features/executions/texts'
import { useT } from '@/i18n'
import { useRunTexts } from './texts'

/** The filters above the runs of all applications. */
export function RunFilters({
  search,
  set,
  clear,
}: {
  search: RunsSearch
  set: (change: RunsSearch) => void
  clear: (() => void) | undefined
}) {
  const t = useT()
  const r = useRunTexts()
  const l = useList()
  const names = useApplicationNames(search.application)
  // What is chosen where it isn't seen.
  const hidden =
    search.trigger !== undefined ||
    search.user !== undefined ||
    search.from !== undefined ||
    search.to !== undefined
  return (
    <Toolbar gap="sm" mb="md">
      <FilterField
        label={r('find')}
        value={search.q}
        change={(q) => {
          set({ q })
        }}
        style={{ flex: '1 1 240px', maxWidth: 380 }}
      />
      <FilterSelect
        label={r('application')}
        any={r('anyApplication')}
        data={names}
        value={search.application}
        change={(application) => {
          set({ application })
        }}
        to={220}
      />
      <SegmentedControl
        size="xs"
        value={search.status ?? 'all'}
        aria-label={t('executions.status')}
        style={{ maxWidth: '100%', overflowX: 'auto' }}
        onChange={(v) => {
          set({ status: statusFilters.find((s) => s === v) })
        }}
        data={[
          { value: 'all', label: t('executions.all') },
          ...statusFilters
            .filter((s) => s !== 'waiting')
            .map((s) => ({ value: s, label: t(`executions.${s}`) })),
        ]}
      />
      <Popover position="bottom-end" shadow="md" trapFocus>
        <Indicator disabled={!hidden} size={8} offset={3}>
          <Popover.Target>
            <IconButton variant="default" size={30} label={l('more')}>
              <IconAdjustmentsHorizontal size={16} />
            </IconButton>
          </Popover.Target>
        </Indicator>
        <Popover.Dropdown p="sm" w={260}>
          <Stack gap="sm">
            <Select
              size="xs"
              label={l('trigger')}
              placeholder={l('anyTrigger')}
              clearable
              value={search.trigger ?? null}
              comboboxProps={{ withinPortal: false }}
              data={triggers.map((v) => ({ value: v, label: triggerName(t, v) }))}
              onChange={(v) => {
                set({ trigger: v ?? undefined })
              }}
            />
            <TextInput
              size="xs"
              label={r('user')}
              value={search.user ?? ''}
              onChange={(e) => {
                set({ user: e.currentTarget.value || undefined })
              }}
            />
            <TextInput
              size="xs"
              type="date"
              label={r('from')}
              value={search.from ?? ''}
              max={search.to}
              onChange={(e) => {
                set({ from: e.currentTarget.value || undefined })
              }}
            />
            <TextInput
              size="xs"
              type="date"
              label={r('to')}
              value={search.to ?? ''}
              min={search.from}
              onChange={(e) => {
                set({ to: e.currentTarget.value || undefined })
              }}
            />
          </Stack>
        </Popover.Dropdown>
      </Popover>
      {clear && (
        <Button variant="subtle" size="compact-sm" onClick={clear}>
          {r('clear')}
        </Button>
      )}
    </Toolbar>
  )
}
