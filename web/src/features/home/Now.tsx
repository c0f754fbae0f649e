import { useExecutions } from '@/api/executions'
import type { Summary } from '@/api/queries'
import { RunsNow } from './RunsNow'

/** What waits for a person and what runs, in all applications or in one; nothing where there is nothing. */
export function Now({ executions }: { executions?: readonly Summary[] }) {
  return executions ? <RunsNow executions={executions} /> : <NowOfAll />
}

function NowOfAll() {
  const { data } = useExecutions('*')
  // The stream tells of an execution's end; what has ended is no longer active.
  return <RunsNow executions={data ?? []} everywhere />
}
