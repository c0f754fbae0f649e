import type { Summary } from '@/api/queries'
import { VirtualRows } from '@/components/VirtualRows'
import { ExecutionRow } from '@/features/executions/ExecutionRow'
import { useT } from '@/i18n'

/** Runs of any applications, each with its application and its pipeline. */
export function RunList({ runs }: { runs: readonly Summary[] }) {
  const t = useT()
  return (
    <VirtualRows
      className="card"
      count={runs.length}
      keyOf={(i) => runs[i]?.id ?? String(i)}
      height={() => 46}
      label={t('nav.runs')}
    >
      {(i) => {
        const run = runs[i]
        return run && <ExecutionRow execution={run} named across />
      }}
    </VirtualRows>
  )
}
