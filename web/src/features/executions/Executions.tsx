import { Button, Group, SegmentedControl, Select } from '@mantine/core'
import { IconArrowsSort, IconPlus, IconRoute } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useDeferredValue, useMemo } from 'react'
import { perPipeline, useExecutions } from '@/api/executions'
import { pipelinesQuery } from '@/api/queries'
import { statusFilters, type ExecutionsSearch } from '@/app/search'
import { FilterField } from '@/components/FilterField'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import { ExecutionList } from './ExecutionList'
import { byTime, grouped } from './filter'

const StartPipeline = lazy(() => import('./start/StartPipeline').then((m) => ({ default: m.StartPipeline })))
const CreatePipeline = lazy(() => import('@/features/editor/CreatePipeline').then((m) => ({ default: m.CreatePipeline })))

/** An application's pipelines with their executions, live. */
export function Executions() {
  const t = useT()
  const { app } = useParams({ from: '/applications/$app/executions' })
  const search = useSearch({ from: '/applications/$app/executions' })
  const navigate = useNavigate({ from: '/applications/$app/executions' })
  usePageTitle(t('app.pipelines'), app)
  const set = (change: ExecutionsSearch) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const limit = search.limit ?? perPipeline
  const executions = useExecutions(app, limit)
  const pipelines = useQuery(pipelinesQuery(app))
  const deferred = useDeferredValue(search)
  const rows = useMemo(
    () => deferred.group === 'time' ? byTime(executions.data ?? [], deferred) : grouped(pipelines.data ?? [], executions.data, deferred),
    [deferred, executions.data, pipelines.data],
  )
  const error = executions.error ?? pipelines.error
  const names = useMemo(() => [...new Set((pipelines.data ?? []).flatMap((p) => p.name ?? []))], [pipelines.data])
  const starting = search.start === undefined ? undefined : pipelines.data?.find((p) => p.name === search.start)
  const filtered = search.q !== undefined || search.status !== undefined || search.pipeline !== undefined
  return (
    <div className="page">
      <Group gap="sm" mb="md">
        <FilterField label={t('executions.filter')} value={search.q} change={(q) => { set({ q }) }} style={{ flex: '1 1 180px', maxWidth: 300 }} />
        <Select
          placeholder={t('executions.allPipelines')} aria-label={t('executions.pipeline')} data={names} searchable clearable limit={100} value={search.pipeline ?? null}
          onChange={(v) => { set({ pipeline: v ?? undefined }) }} style={{ flex: '1 1 150px', maxWidth: 240 }}
        />
        <SegmentedControl
          size="xs" value={search.status ?? 'all'} aria-label={t('executions.status')} style={{ maxWidth: '100%', overflowX: 'auto' }}
          onChange={(v) => { set({ status: statusFilters.find((s) => s === v) }) }}
          data={[{ value: 'all', label: t('executions.all') }, ...statusFilters.map((s) => ({ value: s, label: t(`executions.${s}`) }))]}
        />
        <Group gap="xs" ml="auto">
          <Select
            size="xs" w={112} aria-label={t('executions.perPipeline')} value={String(limit)} allowDeselect={false}
            data={[5, 10, 20, 50, 100].map((n) => ({ value: String(n), label: t('executions.latest', { n }) }))}
            onChange={(v) => { set({ limit: Number(v) === perPipeline ? undefined : Number(v) }) }}
          />
          <Button size="xs" variant="default" leftSection={<IconArrowsSort size={14} />} onClick={() => { set({ group: search.group ? undefined : 'time' }) }}>
            {t(search.group ? 'executions.byPipeline' : 'executions.byTime')}
          </Button>
          <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => { set({ create: true }) }}>{t('editor.create')}</Button>
        </Group>
      </Group>
      {error ? <Failure error={error} retry={() => { void executions.refetch(); void pipelines.refetch() }} />
        : !pipelines.data || (!executions.data && (search.group === 'time' || rows.length === 0)) ? <RowsLoading rows={8} height={50} />
        : rows.length > 0 ? <ExecutionList rows={rows} app={app} start={(name) => { set({ start: name }) }} />
        : <div className="card">{filtered
            ? <Empty title={t('executions.noMatch')} action={<Button variant="default" onClick={() => { set({ q: undefined, status: undefined, pipeline: undefined }) }}>{t('executions.clear')}</Button>} />
            : <Empty icon={<IconRoute size={26} />} title={t('executions.empty')} action={<Button leftSection={<IconPlus size={15} />} onClick={() => { set({ create: true }) }}>{t('editor.create')}</Button>}>{t('executions.emptyText')}</Empty>}
          </div>}
      {search.create && <Suspense fallback={null}><CreatePipeline app={app} close={() => { set({ create: undefined }) }} /></Suspense>}
      {starting && (
        <Suspense fallback={null}>
          <StartPipeline
            key={starting.id} app={app} pipeline={starting} like={search.like} setLike={(id) => { set({ like: id }) }} given={givenIn(search)}
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
  return Object.fromEntries(Object.entries(search).flatMap(([key, value]) => (key.startsWith(prefix) && typeof value === 'string' ? [[key.slice(prefix.length), value]] : [])))
}

function withoutStart(search: ExecutionsSearch): ExecutionsSearch {
  const out: ExecutionsSearch = { ...search, start: undefined, like: undefined }
  for (const name of Object.keys(givenIn(search))) out[`${prefix}${name}`] = undefined
  return out
}
