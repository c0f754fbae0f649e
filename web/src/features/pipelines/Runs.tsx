import { Button, Group, SegmentedControl, Title, VisuallyHidden } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import type { Pipeline } from '@/api/queries'
import { statusFilters, type StatusFilter } from '@/app/search'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { VirtualRows } from '@/components/VirtualRows'
import { ExecutionRow } from '@/features/executions/ExecutionRow'
import { useList } from '@/features/executions/texts'
import { useT } from '@/i18n'
import { PipelineStats } from './Stats'
import { usePipelineTexts } from './texts'
import { usePipelineRuns } from './usePipelineRuns'

type Props = {
  app: string
  id: string
  pipeline: Pipeline | undefined
  status: StatusFilter | undefined
  filter: (status: StatusFilter | undefined) => void
}

/** The runs of a pipeline, with how the newest of them went. */
export function PipelineRuns({ app, id, pipeline, status, filter }: Props) {
  const t = useT()
  const l = useList()
  const p = usePipelineTexts()
  const { runs, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = usePipelineRuns(
    app,
    id,
    status,
  )
  return (
    <section aria-labelledby="runs">
      {!status && runs && <PipelineStats app={app} runs={runs} />}
      <Toolbar justify="space-between" mb={10} gap="sm">
        <Title order={3} id="runs">
          {p('runs')}
        </Title>
        <SegmentedControl
          size="xs"
          value={status ?? 'all'}
          aria-label={p('status')}
          style={{ maxWidth: '100%', overflowX: 'auto' }}
          onChange={(v) => {
            filter(statusFilters.find((s) => s === v))
          }}
          data={[
            { value: 'all', label: t('executions.all') },
            ...statusFilters.map((s) => ({
              value: s,
              label: s === 'waiting' ? l('waiting') : t(`executions.${s}`),
            })),
          ]}
        />
      </Toolbar>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !runs ? (
        <RowsLoading rows={8} height={46} />
      ) : runs.length > 0 ? (
        <VirtualRows
          className="card"
          count={runs.length}
          keyOf={(i) => runs[i]?.id ?? String(i)}
          height={() => 46}
          label={p('runs')}
        >
          {(i) => runs[i] && <ExecutionRow execution={runs[i]} pipeline={pipeline} />}
        </VirtualRows>
      ) : (
        <div className="card">
          {status ? (
            <Empty
              title={p('noMatch')}
              action={
                <Button
                  variant="default"
                  onClick={() => {
                    filter(undefined)
                  }}
                >
                  {p('clear')}
                </Button>
              }
            />
          ) : (
            <Empty icon={<IconHistory size={26} />} title={p('noRuns')}>
              {p('noRunsText')}
            </Empty>
          )}
        </div>
      )}
      {hasNextPage && !error && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {p('older')}
          </Button>
        </Group>
      )}
      <VisuallyHidden role="status">{runs && p('found', { n: runs.length })}</VisuallyHidden>
    </section>
  )
}
