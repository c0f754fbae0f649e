import { Switch } from '@mantine/core'
import { textOf } from '../model'
import { TextField } from './TextField'
import { ValueField } from './ValueField'
import { type Of, isOdd } from './of'

export function SwitchField({
  label,
  help,
  value,
  onChange,
  otherwise = false,
}: Of<boolean> & { otherwise?: boolean }) {
  const text = textOf(value)
  if (isOdd(value))
    return (
      <ValueField
        label={label}
        help={help}
        value={value}
        onChange={(v) => {
          onChange(v as boolean | undefined)
        }}
      />
    )
  if (text.includes('${'))
    return (
      <TextField
        label={label}
        help={help}
        value={value}
        onChange={(v) => {
          onChange(v as unknown as boolean)
        }}
      />
    )
  const on = text === '' ? otherwise : text.toLowerCase() === 'true'
  return (
    <Switch
      label={label}
      description={help}
      checked={on}
      onChange={(e) => {
        onChange(e.currentTarget.checked)
      }}
    />
  )
}
