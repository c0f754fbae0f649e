import { Button, Select, Switch, Text } from '@mantine/core'
import { IconArrowLeft, IconGitCompare } from '@tabler/icons-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { client, unwrap } from '@/api/client'
import { summaryOf, useExecution } from '@/api/executions'
import { executionQuery, type Execution, type Summary } from '@/api/queries'
import type { CompareSearch } from '@/app/search'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { StatusBadge } from '@/components/Status'
import { Ago, Elapsed } from '@/components/Time'
import { useI18n, useT } from '@/i18n'
import { moment } from '@/lib/format'
import type { Json } from '@/lib/json'
import { toneOf } from '@/lib/status'
import { newestFirst } from '@/lib/order'
import {
  artifactRows,
  configChange,
  earlierOf,
  parameterRows,
  reasons,
  revisionAt,
  stagePairs,
  triggerRows,
} from './compare'
import { Config } from './Config'
import { Reasons } from './Reasons'
import { Rows } from './Rows'
import { Stages } from './Stages'
import { useCompare } from './texts'
import classes from './Compare.module.css'

const from = '/applications/$app/executions/$id/compare'
const candidates = 50

const runsQuery = (pipeline: string) =>
  queryOptions({
    queryKey: ['executionsOf', pipeline],
    queryFn: async () => {
      const found = await unwrap(
        client.GET('/executions', {
          params: { query: { pipelineConfigIds: pipeline, limit: candidates, expand: false } },
        }),
      )
      return found.map(summaryOf).sort(newestFirst)
    },
    enabled: pipeline !== '',
  })

const revisionsQuery = (pipeline: string) =>
  queryOptions({
    queryKey: ['pipelineHistory', pipeline],
    queryFn: () =>
      unwrap(
        client.GET('/pipelineConfigs/{id}/history', {
          params: { path: { id: pipeline }, query: { limit: 100 } },
        }),
      ),
    enabled: pipeline !== '',
    retry: false,
  })

/** What is different between an execution and an earlier one of the same pipeline. */
export function ComparePage() {
  const c = useCompare()
  const { app, id } = useParams({ from })
  const search = useSearch({ from })
  const query = useExecution(id)
  const pipeline = query.data?.pipelineConfigId ?? ''
  const runs = useQuery(runsQuery(pipeline))
  const other = search.with ?? (query.data ? earlierOf(runs.data ?? [], query.data)?.id : undefined)
  const earlier = useQuery({ ...executionQuery(other ?? ''), enabled: other !== undefined })
  usePageTitle(c('title', { name: query.data?.name ?? '' }), app)
  const error = query.error ?? earlier.error ?? runs.error
  if (error)
    return (
      <div className="page">
        <Failure
          error={error}
          retry={() => {
            void query.refetch()
            void runs.refetch()
            if (other) void earlier.refetch()
          }}
        />
      </div>
    )
  if (!query.data || (pipeline !== '' && runs.isPending) || (other !== undefined && earlier.isPending))
    return (
      <div className="page">
        <RowsLoading rows={6} height={54} />
      </div>
    )
  return (
    <div className="page">
      <div className={classes.head}>
        <h2 className={classes.name}>{c('title', { name: query.data.name ?? '' })}</h2>
        <Button
          component={Link}
          to={`/applications/${encodeURIComponent(app)}/executions/${encodeURIComponent(id)}`}
          size="xs"
          variant="default"
          leftSection={<IconArrowLeft size={14} />}
          ml="auto"
        >
          {c('back')}
        </Button>
      </div>
      {earlier.data && other ? (
        <Compared before={earlier.data} after={query.data} runs={runs.data ?? []} />
      ) : (
        <div className="card">
          <Empty icon={<IconGitCompare size={26} />} title={c('none')}>
            {c('noneText')}
          </Empty>
        </div>
      )}
    </div>
  )
}

function Compared({
  before,
  after,
  runs,
}: {
  before: Execution
  after: Execution
  runs: readonly Summary[]
}) {
  const c = useCompare()
  const navigate = useNavigate({ from })
  const { all, stage } = useSearch({ from })
  const set = (change: CompareSearch) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false })
  const revisions = useQuery(revisionsQuery(after.pipelineConfigId ?? ''))
  const list: readonly Json[] = revisions.data ?? []
  const [then, now] = [revisionAt(list, before.buildTime ?? 0), revisionAt(list, after.buildTime ?? 0)]
  const change = then && now ? configChange(then, now) : undefined
  const failed = toneOf(after.status) === 'bad' && toneOf(before.status) !== 'bad'
  const pairs = stagePairs(before, after)
  const chosen = pairs.find((p) => p.key === stage)
  return (
    <>
      <div className={classes.runs}>
        <Run execution={before} title={c('earlier')}>
          <Choose
            runs={runs}
            of={after}
            value={before.id}
            choose={(id) => {
              set({ with: id, stage: undefined })
            }}
          />
        </Run>
        <Run execution={after} title={c('this')} />
      </div>
      <Reasons reasons={reasons(before, after, change)} failed={failed} />
      <Switch
        size="sm"
        mb="lg"
        label={c('onlyDifferent')}
        checked={!all}
        onChange={(e) => {
          set({ all: e.currentTarget.checked ? undefined : true })
        }}
      />
      <Rows title={c('parameters')} rows={parameterRows(before, after)} all={all === true} />
      <Rows title={c('artifacts')} rows={artifactRows(before, after)} all={all === true} />
      <Rows title={c('triggerTitle')} rows={triggerRows(before, after)} all={all === true} />
      {revisions.isPending && after.pipelineConfigId ? (
        <RowsLoading rows={2} />
      ) : (
        <Config change={change} now={now} />
      )}
      <Stages
        before={before}
        after={after}
        pairs={pairs}
        open={chosen?.key}
        choose={(key) => {
          set({ stage: key })
        }}
      />
    </>
  )
}

function Run({
  execution: e,
  title,
  children,
}: {
  execution: Execution
  title: string
  children?: React.ReactNode
}) {
  const user = summaryOf(e).user
  return (
    <section className={`card ${classes.run}`} aria-label={title}>
      <Text size="xs" fw={600} c="dimmed">
        {title}
      </Text>
      <div className={classes.facts}>
        <StatusBadge status={e.status} />
        <Link className="row-link" to="/executions/$id" params={{ id: e.id }}>
          <Ago time={e.startTime ?? e.buildTime} />
        </Link>
        <Elapsed of={e} />
        {user && <span className="muted">{user}</span>}
      </div>
      {children}
    </section>
  )
}

function Choose({
  runs,
  of,
  value,
  choose,
}: {
  runs: readonly Summary[]
  of: Execution
  value: string
  choose: (id: string) => void
}) {
  const c = useCompare()
  const t = useT()
  const { language } = useI18n()
  const data = runs
    .filter((r) => r.id !== of.id)
    .map((r) => ({
      value: r.id,
      label: `${moment(r.startTime ?? r.buildTime ?? 0, language)} · ${t(`status.${r.status}`)}`,
    }))
  if (!data.some((d) => d.value === value)) data.unshift({ value, label: value })
  return (
    <Select
      mt={8}
      size="xs"
      aria-label={c('other')}
      data={data}
      value={value}
      allowDeselect={false}
      searchable
      limit={100}
      onChange={(v) => {
        if (v) choose(v)
      }}
    />
  )
}
