import { Select, type SelectProps } from '@mantine/core'

type Props<V extends string> = {
  label: string
  /** What is shown if nothing is chosen. */
  any: string
  data: readonly V[] | readonly { value: V; label: string }[]
  value: V | undefined
  change: (value: V | undefined) => void
  /** The widths between which it takes part of its row, in pixels. */
  from?: number
  to?: number
  searchable?: SelectProps['searchable']
}

const most = 100

/** One choice of many in the row of filters above a list. */
export function FilterSelect<V extends string>({
  label,
  any,
  data,
  value,
  change,
  from = 140,
  to = 200,
  searchable = true,
}: Props<V>) {
  return (
    <Select<V>
      placeholder={any}
      aria-label={label}
      data={data}
      searchable={searchable}
      clearable
      limit={most}
      value={value ?? null}
      onChange={(v) => {
        change(v ?? undefined)
      }}
      style={{ flex: `1 1 ${from}px`, maxWidth: to }}
    />
  )
}
