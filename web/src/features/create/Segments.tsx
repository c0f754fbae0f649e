import { SegmentedControl } from '@mantine/core'

/** One of a few short words. */
export function Segments<T extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string
  value: T
  choices: readonly { value: T; label: string }[]
  onChange: (value: T) => void
}) {
  return (
    <SegmentedControl
      aria-label={label}
      value={value}
      data={choices.map((c) => ({ value: c.value, label: c.label }))}
      style={{ alignSelf: 'flex-start', maxWidth: '100%' }}
      onChange={(v) => {
        const c = choices.find((x) => x.value === v)
        if (c) onChange(c.value)
      }}
    />
  )
}
