import { ActionIcon, Popover, Stack, Switch, Button, Group, SegmentedControl, Select } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconArrowsSort, IconPlus, IconRoute } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useDeferredValue, useMemo, useState } from 'react'
import { perPipeline } from '@/api/executions'
import { pipelinesQuery } from '@/api/queries'
import { statusFilters, type ExecutionsSearch } from '@/app/search'
import { FilterField } from '@/components/FilterField'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import { useNow } from '@/lib/now'
import { ExecutionList } from './ExecutionList'
import { triggerName } from './ExecutionRow'
import { byPeriod, collapsedIn, flat, grouped, keepCollapsed, tagsOf } from './filter'
import { useList } from './texts'
import { useListed } from './useListed'

const StartPipeline = lazy(() => import('./start/StartPipeline').then((m) => ({ default: m.StartPipeline })))
const ReorderPipelines = lazy(() =>
  import('./ReorderPipelines').then((m) => ({ default: m.ReorderPipelines })),
)
const CreatePipeline = lazy(() =>
  import('@/features/editor/CreatePipeline').then((m) => ({ default: m.CreatePipeline })),
)

/** An application's pipelines with their executions, live. */
export function Executions() {
  const t = useT()
  const l = useList()
  const { app } = useParams({ from: '/applications/$app/executions' })
  const search = useSearch({ from: '/applications/$app/executions' })
  const navigate = useNavigate({ from: '/applications/$app/executions' })
  usePageTitle(t('app.runs'), app)
  const set = (change: ExecutionsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const limit = search.limit ?? perPipeline
  const executions = useListed(app, search, limit)
  const pipelines = useQuery(pipelinesQuery(app))
  const deferred = useDeferredValue(search)
  const [folded, setFolded] = useState(() => collapsedIn(app))
  const keep = (groups: string[]) => {
    setFolded(groups)
    keepCollapsed(app, groups)
  }
  const fold = (key: string) => {
    keep(folded.includes(key) ? folded.filter((k) => k !== key) : [...folded, key])
  }
  const now = useNow(false)
  const rows = useMemo(() => {
    const [list, configs, collapsed] = [executions.data ?? [], pipelines.data ?? [], new Set(folded)]
    // The server has filtered those of the other views; tags it doesn't know.
    const tagged = { tag: deferred.tag }
    if (deferred.group === 'time') return byPeriod(configs, list, tagged, now, collapsed)
    return deferred.group === 'none'
      ? flat(configs, list, tagged)
      : grouped(configs, list, deferred, collapsed)
  }, [deferred, executions.data, pipelines.data, folded, now])
  const configs = useMemo(
    () => new Map((pipelines.data ?? []).map((p) => [p.name ?? '', p])),
    [pipelines.data],
  )
  const groups = rows.flatMap((r) => (r.kind === 'pipeline' || r.kind === 'period' ? [r] : []))
  const open = groups.filter((g) => !g.collapsed)
  const triggers = [
    ...new Set([
      ...(executions.data ?? []).flatMap((e) => e.triggerType ?? []),
      ...(search.trigger ? [search.trigger] : []),
    ]),
  ].sort()
  const tags = [...new Set((pipelines.data ?? []).flatMap(tagsOf))].sort()
  const error = executions.error ?? pipelines.error
  const names = useMemo(
    () => [...new Set((pipelines.data ?? []).flatMap((p) => p.name ?? []))],
    [pipelines.data],
  )
  const starting =
    search.start === undefined
      ? undefined
      : pipelines.data?.find((p) => p.name === search.start || p.id === search.start)
  const filtered =
    search.q !== undefined ||
    search.status !== undefined ||
    search.pipeline !== undefined ||
    search.trigger !== undefined ||
    search.tag !== undefined
  return (
    <div className="page">
      <Group gap="sm" mb="md">
        <FilterField
          label={t('executions.filter')}
          value={search.q}
          change={(q) => {
            set({ q })
          }}
          style={{ flex: '1 1 180px', maxWidth: 300 }}
        />
        <Select
          placeholder={t('executions.allPipelines')}
          aria-label={t('executions.pipeline')}
          data={names}
          searchable
          clearable
          limit={100}
          value={search.pipeline ?? null}
          onChange={(v) => {
            set({ pipeline: v ?? undefined })
          }}
          style={{ flex: '1 1 150px', maxWidth: 240 }}
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
            value={String(limit)}
            allowDeselect={false}
            data={[5, 10, 20, 50, 100].map((n) => ({
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
          <Popover position="bottom-end" shadow="md" trapFocus>
            <Popover.Target>
              <ActionIcon variant="default" size={30} aria-label={l('more')}>
                <IconAdjustmentsHorizontal size={16} />
              </ActionIcon>
            </Popover.Target>
            <Popover.Dropdown p="sm" w={240}>
              <Stack gap="sm">
                <Select
                  size="xs"
                  label={l('trigger')}
                  placeholder={l('anyTrigger')}
                  clearable
                  value={search.trigger ?? null}
                  data={triggers.map((v) => ({ value: v, label: triggerName(t, v) }))}
                  onChange={(v) => {
                    set({ trigger: v ?? undefined })
                  }}
                  comboboxProps={{ withinPortal: false }}
                />
                {tags.length > 0 && (
                  <Select
                    size="xs"
                    label={l('tag')}
                    placeholder={l('anyTag')}
                    clearable
                    searchable
                    value={search.tag ?? null}
                    data={tags}
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
                {groups.length > 0 && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    onClick={() => {
                      keep(
                        open.length > 0
                          ? [...new Set([...folded, ...groups.map((g) => g.key)])]
                          : folded.filter((k) => !groups.some((g) => g.key === k)),
                      )
                    }}
                  >
                    {l(open.length > 0 ? 'foldAll' : 'unfoldAll')}
                  </Button>
                )}
                {(pipelines.data ?? []).length > 1 && (
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
      </Group>
      {error ? (
        <Failure
          error={error}
          retry={() => {
            executions.refetch()
            void pipelines.refetch()
          }}
        />
      ) : !pipelines.data || (!executions.data && (search.group === 'time' || rows.length === 0)) ? (
        <RowsLoading rows={8} height={50} />
      ) : rows.length > 0 ? (
        <ExecutionList
          rows={rows}
          app={app}
          pipelines={configs}
          durations={search.durations === true}
          named={search.group !== undefined}
          fold={fold}
          start={(name) => {
            set({ start: name })
          }}
        />
      ) : (
        <div className="card">
          {filtered ? (
            <Empty
              title={t('executions.noMatch')}
              action={
                <Button
                  variant="default"
                  onClick={() => {
                    set({
                      q: undefined,
                      status: undefined,
                      pipeline: undefined,
                      trigger: undefined,
                      tag: undefined,
                    })
                  }}
                >
                  {t('executions.clear')}
                </Button>
              }
            />
          ) : (
            <Empty
              icon={<IconRoute size={26} />}
              title={t('executions.empty')}
              action={
                <Button
                  leftSection={<IconPlus size={15} />}
                  onClick={() => {
                    set({ create: true })
                  }}
                >
                  {t('editor.create')}
                </Button>
              }
            >
              {t('executions.emptyText')}
            </Empty>
          )}
        </div>
      )}
      <Group justify="center" mt="md">
        {executions.older && (
          <Button variant="default" loading={executions.older.loading} onClick={executions.older.load}>
            {l('older')}
          </Button>
        )}
        {filtered && search.group === undefined && pipelines.data && (
          <Button
            variant="subtle"
            renderRoot={(props) => (
              <Link
                to="/runs"
                search={{
                  application: app,
                  ...(search.q && { q: search.q }),
                  ...(search.pipeline && { pipeline: search.pipeline }),
                  ...(search.status && { status: search.status }),
                  ...(search.trigger && { trigger: search.trigger }),
                }}
                {...props}
              />
            )}
          >
            {l('searchAll')}
          </Button>
        )}
      </Group>
      {search.reorder && pipelines.data && (
        <Suspense fallback={null}>
          <ReorderPipelines
            app={app}
            pipelines={pipelines.data}
            close={() => {
              set({ reorder: undefined })
            }}
          />
        </Suspense>
      )}
      {search.create && (
        <Suspense fallback={null}>
          <CreatePipeline
            app={app}
            close={() => {
              set({ create: undefined })
            }}
          />
        </Suspense>
      )}
      {starting && (
        <Suspense fallback={null}>
          <StartPipeline
            key={starting.id}
            app={app}
            pipeline={starting}
            like={search.like}
            setLike={(id) => {
              set({ like: id })
            }}
            given={givenIn(search)}
            close={() => void navigate({ search: (before) => withoutStart(before), replace: true })}
          />
        </Suspense>
      )}
    </div>
  )
}

const prefix = 'param.' as const

/** The parameters that a link gives for a start. */
function givenIn(search: ExecutionsSearch): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) =>
      key.startsWith(prefix) && typeof value === 'string' ? [[key.slice(prefix.length), value]] : [],
    ),
  )
}

function withoutStart(search: ExecutionsSearch): ExecutionsSearch {
  const out: ExecutionsSearch = { ...search, start: undefined, like: undefined }
  for (const name of Object.keys(givenIn(search))) out[`${prefix}${name}`] = undefined
  return out
}
