import { Button, Popover, Select, Stack, Switch } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import type { ExecutionsSearch } from '@/app/search'
import { IconButton } from '@/components/IconButton'
import { useT } from '@/i18n'
import { triggerName } from './ExecutionRow'
import { useList } from './texts'
import type { ExecutionRows } from './useExecutionRows'

type Props = { search: ExecutionsSearch; set: (change: ExecutionsSearch) => void; list: ExecutionRows }

/** The filters and options of the list that are seldom needed. */
export function ListOptions({ search, set, list }: Props) {
  const t = useT()
  const l = useList()
  return (
    <Popover position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <IconButton variant="default" size={30} label={l('more')}>
          <IconAdjustmentsHorizontal size={16} />
        </IconButton>
      </Popover.Target>
      <Popover.Dropdown p="sm" w={240}>
        <Stack gap="sm">
          <Select
            size="xs"
            label={l('trigger')}
            placeholder={l('anyTrigger')}
            clearable
            value={search.trigger ?? null}
            data={list.triggers.map((v) => ({ value: v, label: triggerName(t, v) }))}
            onChange={(v) => {
              set({ trigger: v ?? undefined })
            }}
            comboboxProps={{ withinPortal: false }}
          />
          {list.tags.length > 0 && (
            <Select
              size="xs"
              label={l('tag')}
              placeholder={l('anyTag')}
              clearable
              searchable
              value={search.tag ?? null}
              data={list.tags}
              onChange={(v) => {
                set({ tag: v ?? undefined })
              }}
              comboboxProps={{ withinPortal: false }}
            />
          )}
          <Switch
            size="xs"
            label={l('durations')}
            checked={search.durations === true}
            onChange={(e) => {
              set({ durations: e.currentTarget.checked || undefined })
            }}
          />
          {list.foldAll && (
            <Button size="compact-sm" variant="default" onClick={list.foldAll.act}>
              {l(list.foldAll.collapses ? 'foldAll' : 'unfoldAll')}
            </Button>
          )}
          {(list.pipelines.data ?? []).length > 1 && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                set({ reorder: true })
              }}
            >
              {t('editor.reorder')}
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
