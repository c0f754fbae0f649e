import { Button } from '@mantine/core'
import { IconArrowLeft, IconGitCompare } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useExecution } from '@/api/executions'
import { executionQuery } from '@/api/queries'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { earlierOf } from './compare'
import { useCompare } from './texts'
import classes from './Compare.module.css'
import { Compared } from './Compared'
import { runsQuery } from './queries'

const from = '/applications/$app/executions/$id/compare'

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
      <Toolbar className={classes.head}>
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
      </Toolbar>
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
