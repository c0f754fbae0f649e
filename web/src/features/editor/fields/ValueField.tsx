import { readAny, write } from '@/lib/texts'
import { CodeField } from './CodeField'
import type { Of } from './of'

/** A value of any shape, as YAML. */
export function ValueField({
  name,
  label,
  help,
  value,
  onChange,
  words,
}: Of<unknown> & { words?: readonly string[] }) {
  return (
    <CodeField
      name={name}
      label={label}
      help={help}
      value={value}
      onChange={onChange}
      words={words}
      toText={(v) => (v === undefined ? '' : write(v, 'yaml'))}
      toValue={(text) => (text.trim() === '' ? { value: undefined } : readAny(text, 'yaml'))}
    />
  )
}
