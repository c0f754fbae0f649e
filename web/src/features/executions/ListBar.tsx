import { Button, Group, SegmentedControl, Select } from '@mantine/core'
import { IconArrowsSort, IconPlus } from '@tabler/icons-react'
import { perPipeline } from '@/api/executions'
import { statusFilters, type ExecutionsSearch } from '@/app/search'
import { FilterField } from '@/components/FilterField'
import { FilterSelect } from '@/components/FilterSelect'
import { Toolbar } from '@/components/Toolbar'
import { useT } from '@/i18n'
import { ListOptions } from './ListOptions'
import { useList } from './texts'
import type { ExecutionRows } from './useExecutionRows'

type Props = { search: ExecutionsSearch; set: (change: ExecutionsSearch) => void; list: ExecutionRows }

const limits = [5, 10, 20, 50, 100]

/** What the list of runs is filtered and grouped by, and the way to a new pipeline. */
export function ListBar({ search, set, list }: Props) {
  const t = useT()
  const l = useList()
  return (
    <Toolbar gap="sm" mb="md">
      <FilterField
        label={t('executions.filter')}
        value={search.q}
        change={(q) => {
          set({ q })
        }}
        style={{ flex: '1 1 140px', maxWidth: 300 }}
      />
      <FilterSelect
        label={t('executions.pipeline')}
        any={t('executions.allPipelines')}
        data={list.names}
        value={search.pipeline}
        change={(pipeline) => {
          set({ pipeline })
        }}
        from={120}
        to={240}
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
          ...statusFilters.map((s) => ({
            value: s,
            label: s === 'waiting' ? l('waiting') : t(`executions.${s}`),
          })),
        ]}
      />
      <Group gap="xs" ml="auto">
        <Select
          size="xs"
          w={112}
          aria-label={t('executions.perPipeline')}
          value={String(search.limit ?? perPipeline)}
          allowDeselect={false}
          data={limits.map((n) => ({
            value: String(n),
            label: t('executions.latest', { n }),
          }))}
          onChange={(v) => {
            set({ limit: Number(v) === perPipeline ? undefined : Number(v) })
          }}
        />
        <Select
          size="xs"
          w={124}
          aria-label={l('group')}
          value={search.group ?? 'pipeline'}
          allowDeselect={false}
          leftSection={<IconArrowsSort size={14} />}
          data={[
            { value: 'pipeline', label: l('byPipeline') },
            { value: 'time', label: l('byTime') },
            { value: 'none', label: l('ungrouped') },
          ]}
          onChange={(v) => {
            set({ group: v === 'time' || v === 'none' ? v : undefined })
          }}
        />
        <ListOptions search={search} set={set} list={list} />
        <Button
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => {
            set({ create: true })
          }}
        >
          {t('editor.create')}
        </Button>
      </Group>
    </Toolbar>
  )
}
