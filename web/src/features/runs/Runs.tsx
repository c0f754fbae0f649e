import {
  ActionIcon,
  Button,
  Group,
  Indicator,
  Popover,
  SegmentedControl,
  Select,
  Stack,
  TextInput,
  Title,
  VisuallyHidden,
} from '@mantine/core'
import { IconAdjustmentsHorizontal, IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { applicationsQuery } from '@/api/queries'
import { statusFilters, type RunsSearch } from '@/app/search'
import { FilterField } from '@/components/FilterField'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { triggers, triggerName } from '@/features/executions/ExecutionRow'
import { filterOf } from '@/features/executions/runFilter'
import { useList } from '@/features/executions/texts'
import { useT } from '@/i18n'
import { isActive, judgmentsOf } from '@/lib/status'
import { RunList } from './RunList'
import { useRunTexts } from './texts'
import { useRuns } from './useRuns'

/** The runs of all applications, of any age, found by the server. */
export function Runs() {
  const t = useT()
  const r = useRunTexts()
  const l = useList()
  const search = useSearch({ from: '/runs' })
  const navigate = useNavigate({ from: '/runs' })
  usePageTitle(t('nav.runs'))
  const set = (change: RunsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const filter = useMemo(() => filterOf(search), [search])
  const { runs, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useRuns(filter)
  const shown =
    search.status === 'waiting'
      ? runs?.filter((e) => isActive(e.status) && judgmentsOf(e.stages).length > 0)
      : runs
  const filtered = Object.values(search).some((value) => value !== undefined)
  const clear = () => void navigate({ search: {}, replace: true })
  return (
    <div className="page">
      <Title order={1} mb="md">
        {t('nav.runs')}
      </Title>
      <Filters search={search} set={set} clear={filtered ? clear : undefined} />
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !shown ? (
        <RowsLoading rows={10} height={46} />
      ) : shown.length > 0 ? (
        <RunList runs={shown} />
      ) : (
        <div className="card">
          {filtered ? (
            <Empty
              title={r('noMatch')}
              action={
                <Button variant="default" onClick={clear}>
                  {r('clear')}
                </Button>
              }
            >
              {r('noMatchText')}
            </Empty>
          ) : (
            <Empty icon={<IconHistory size={26} />} title={r('empty')}>
              {r('emptyText')}
            </Empty>
          )}
        </div>
      )}
      {hasNextPage && !error && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {l('older')}
          </Button>
        </Group>
      )}
      <VisuallyHidden role="status">{shown && r('found', { n: shown.length })}</VisuallyHidden>
    </div>
  )
}

function Filters({
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
  const applications = useQuery(applicationsQuery)
  // What is chosen where it isn't seen.
  const hidden =
    search.trigger !== undefined ||
    search.user !== undefined ||
    search.from !== undefined ||
    search.to !== undefined
  const names = [
    ...new Set([
      ...(applications.data ?? []).flatMap((a) => a.name ?? []),
      ...(search.application ? [search.application] : []),
    ]),
  ].sort()
  return (
    <Group gap="sm" mb="md">
      <FilterField
        label={r('find')}
        value={search.q}
        change={(q) => {
          set({ q })
        }}
        style={{ flex: '1 1 240px', maxWidth: 380 }}
      />
      <Select
        placeholder={r('anyApplication')}
        aria-label={r('application')}
        data={names}
        searchable
        clearable
        limit={100}
        value={search.application ?? null}
        onChange={(v) => {
          set({ application: v ?? undefined })
        }}
        style={{ flex: '1 1 140px', maxWidth: 220 }}
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
            <ActionIcon variant="default" size={30} aria-label={l('more')}>
              <IconAdjustmentsHorizontal size={16} />
            </ActionIcon>
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
    </Group>
  )
}
