import { Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type Execution, type Summary } from '@/api/queries'
import type { CompareSearch } from '@/app/search'
import { RowsLoading } from '@/components/States'
import type { Json } from '@/lib/json'
import { toneOf } from '@/lib/status'
import {
  artifactRows,
  configChange,
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
import { revisionsQuery } from './queries'
import { ChooseRun } from './ChooseRun'
import { ComparedRun } from './ComparedRun'

const from = '/applications/$app/executions/$id/compare'

/** Two runs of a pipeline, and everything that differs. */
export function Compared({
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
        <ComparedRun execution={before} title={c('earlier')}>
          <ChooseRun
            runs={runs}
            of={after}
            value={before.id}
            choose={(id) => {
              set({ with: id, stage: undefined })
            }}
          />
        </ComparedRun>
        <ComparedRun execution={after} title={c('this')} />
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
