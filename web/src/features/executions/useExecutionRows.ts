import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useMemo, useState } from 'react'
import { perPipeline } from '@/api/executions'
import { pipelinesQuery } from '@/api/queries'
import type { ExecutionsSearch } from '@/app/search'
import { useNow } from '@/lib/now'
import { byPeriod, collapsedIn, flat, grouped, keepCollapsed, tagsOf } from './filter'
import { useListed } from './useListed'

/** The rows of an application's list of runs, with what they can be filtered by and collapsed to. */
export function useExecutionRows(app: string, search: ExecutionsSearch) {
  const executions = useListed(app, search, search.limit ?? perPipeline)
  const pipelines = useQuery(pipelinesQuery(app))
  const deferred = useDeferredValue(search)
  const [folded, setFolded] = useState(() => collapsedIn(app))
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
  const names = useMemo(
    () => [...new Set((pipelines.data ?? []).flatMap((p) => p.name ?? []))],
    [pipelines.data],
  )
  const keep = (groups: string[]) => {
    setFolded(groups)
    keepCollapsed(app, groups)
  }
  const groups = rows.flatMap((r) => (r.kind === 'pipeline' || r.kind === 'period' ? [r] : []))
  const open = groups.filter((g) => !g.collapsed)
  return {
    executions,
    pipelines,
    rows,
    /** The pipelines by their names. */
    configs,
    names,
    triggers: [
      ...new Set([
        ...(executions.data ?? []).flatMap((e) => e.triggerType ?? []),
        ...(search.trigger ? [search.trigger] : []),
      ]),
    ].sort(),
    tags: [...new Set((pipelines.data ?? []).flatMap(tagsOf))].sort(),
    fold: (key: string) => {
      keep(folded.includes(key) ? folded.filter((k) => k !== key) : [...folded, key])
    },
    /** Collapses or expands all groups; undefined if there are none. */
    foldAll:
      groups.length === 0
        ? undefined
        : {
            collapses: open.length > 0,
            act: () => {
              keep(
                open.length > 0
                  ? [...new Set([...folded, ...groups.map((g) => g.key)])]
                  : folded.filter((k) => !groups.some((g) => g.key === k)),
              )
            },
          },
  }
}

export type ExecutionRows = ReturnType<typeof useExecutionRows>
