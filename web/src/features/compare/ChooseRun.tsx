import { Select } from '@mantine/core'
import { type Execution, type Summary } from '@/api/queries'
import { useRunLabel } from '@/components/useRunLabel'
import { useCompare } from './texts'

/** The choice of the run to compare with. */
export function ChooseRun({
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
  const label = useRunLabel()
  const data = runs.filter((r) => r.id !== of.id).map((r) => ({ value: r.id, label: label(r) }))
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
