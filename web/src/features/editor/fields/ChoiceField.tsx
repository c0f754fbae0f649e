import { Select } from '@mantine/core'
import { textOf } from '../model'
import { ValueField } from './ValueField'
import { type Of, isOdd } from './of'

export function ChoiceField({
  label,
  help,
  value,
  onChange,
  required,
  choices,
  clearable = true,
  placeholder,
}: Of<string> & {
  choices: readonly (string | { value: string; label: string })[]
  clearable?: boolean
  placeholder?: string
}) {
  const text = textOf(value)
  if (isOdd(value))
    return (
      <ValueField
        label={label}
        help={help}
        value={value}
        onChange={(v) => {
          onChange(v as string | undefined)
        }}
      />
    )
  const options = choices
    .map((c) => (typeof c === 'string' ? { value: c, label: c } : c))
    .filter((c) => c.value !== '')
  const data =
    text === '' || options.some((o) => o.value === text)
      ? options
      : [...options, { value: text, label: text }]
  return (
    <Select
      label={label}
      description={help}
      placeholder={placeholder}
      value={text === '' ? null : text}
      data={data}
      searchable={data.length > 8}
      clearable={clearable}
      allowDeselect={clearable}
      required={required}
      withAsterisk={required}
      onChange={(v) => {
        onChange(v ?? undefined)
      }}
    />
  )
}
