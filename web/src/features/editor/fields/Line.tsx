import { Autocomplete, Text as Words, type OptionsFilter } from '@mantine/core'
import { useState } from 'react'
import { completions, openWord } from '@/lib/expressions'
import { ExpressionHint } from '../ExpressionHint'
import { textOf } from '../model'
import { useWords } from '../run'
import type { Text } from './TextField'

const all: OptionsFilter = ({ options }) => options

// One line: of what may be chosen, and in an expression of what it may read.
export function Line({
  label,
  help,
  value,
  onChange,
  required,
  placeholder,
  choices,
  unit,
  numeric,
}: Text & { unit?: string; numeric?: boolean }) {
  const text = textOf(value)
  const [focused, setFocused] = useState(false)
  const writing = focused && openWord(text) !== undefined
  const words = useWords(writing)
  const found = writing ? completions(text, words) : []
  const word = new Map(found.map((c) => [c.text, c.word]))
  const data = writing ? found.map((c) => c.text) : [...new Set(choices)].filter((c) => c !== '')
  const [opened, setOpened] = useState(false)
  return (
    <div>
      <Autocomplete
        comboboxProps={{ keepMounted: false }}
        label={label}
        description={help}
        value={text}
        placeholder={placeholder}
        required={required}
        withAsterisk={required}
        autoComplete="off"
        limit={50}
        inputMode={numeric ? 'numeric' : undefined}
        data={data}
        dropdownOpened={opened && data.length > 0}
        onDropdownOpen={() => {
          setOpened(true)
        }}
        onDropdownClose={() => {
          setOpened(false)
        }}
        rightSection={
          unit && (
            <Words size="xs" c="dimmed" pr={10}>
              {unit}
            </Words>
          )
        }
        rightSectionWidth={unit ? 'auto' : undefined}
        onChange={(v) => {
          onChange(v === '' ? undefined : v)
        }}
        onFocus={() => {
          setFocused(true)
        }}
        onBlur={() => {
          setFocused(false)
        }}
        {...(writing
          ? {
              filter: all,
              renderOption: ({ option }: { option: { value: string } }) => (
                <span className="mono">{word.get(option.value) ?? option.value}</span>
              ),
            }
          : {})}
      />
      <ExpressionHint text={text} />
    </div>
  )
}
