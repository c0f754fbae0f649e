import { Button, Group, Title, VisuallyHidden } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { type RunsSearch } from '@/app/search'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { filterOf } from '@/features/executions/runFilter'
import { useList } from '@/features/executions/texts'
import { useT } from '@/i18n'
import { isActive, judgmentsOf } from '@/lib/status'
import { RunList } from './RunList'
import { useRunTexts } from './texts'
import { useRuns } from './useRuns'
import { RunFilters } from './RunFilters'

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
      <RunFilters search={search} set={set} clear={filtered ? clear : undefined} />
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
