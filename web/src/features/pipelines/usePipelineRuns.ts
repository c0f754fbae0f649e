import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useExecutions } from '@/api/executions'
import { runsQuery } from '@/api/runs'
import type { StatusFilter } from '@/app/search'
import { filterOf, merged } from '@/features/executions/runFilter'

/** The runs of a pipeline, of any age, as the server finds them; what is new or changes comes live. */
export function usePipelineRuns(app: string, id: string, status: StatusFilter | undefined) {
  const query = useInfiniteQuery({
    ...runsQuery({ ...filterOf({ application: app, status }), pipelineConfigIds: id }),
    placeholderData: keepPreviousData,
  })
  const { data: live } = useExecutions(app)
  const runs = useMemo(
    () =>
      query.data &&
      merged(
        query.data.pages.flatMap((page) => page.runs),
        (live ?? []).filter((e) => e.pipelineConfigId === id),
        { ...(status && { status }) },
        query.hasNextPage,
      ),
    [query.data, query.hasNextPage, live, id, status],
  )
  return { ...query, runs }
}
