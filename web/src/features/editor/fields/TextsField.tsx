import { TagsInput } from '@mantine/core'
import { textOf } from '../model'
import { TextField } from './TextField'
import { ValueField } from './ValueField'
import { type Of, isOdd } from './of'

export function TextsField({
  label,
  help,
  value,
  onChange,
  choices,
}: Of<string[]> & { choices?: readonly string[] }) {
  if (typeof value === 'string')
    return (
      <TextField
        label={label}
        help={help}
        value={value}
        onChange={(v) => {
          onChange(v as unknown as string[])
        }}
      />
    )
  const list = Array.isArray(value) ? (value as unknown[]) : []
  if ((value !== undefined && value !== null && !Array.isArray(value)) || list.some(isOdd))
    return (
      <ValueField
        label={label}
        help={help}
        value={value}
        onChange={(v) => {
          onChange(v as string[] | undefined)
        }}
      />
    )
  return (
    <TagsInput
      label={label}
      description={help}
      value={[...new Set(list.map(textOf))]}
      data={choices && [...new Set(choices)].filter((c) => c !== '')}
      onChange={(v) => {
        onChange(
          v.length > 0
            ? v.map((x) => (list.find((was) => textOf(was) === x) as string | undefined) ?? x)
            : undefined,
        )
      }}
    />
  )
}
