import { Select, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { problemOf, type Parameter } from '../parameters'
import { useStart } from './texts'

/** One parameter to be given, in the way that suits its kind. */
export function Field({
  parameter: p,
  value,
  tried,
  change,
}: {
  parameter: Parameter
  value: string
  tried: boolean
  change: (v: string) => void
}) {
  const s = useStart()
  const [left, setLeft] = useState(false)
  const problem = problemOf(p, value)
  const shared = {
    label: p.label,
    description: p.description || undefined,
    required: p.required,
    error: problem && (tried || left) ? s(problem) : undefined,
    onBlur: () => {
      setLeft(true)
    },
  }
  if (p.options)
    return (
      <Select
        {...shared}
        data={p.options}
        value={value || null}
        searchable={p.options.length > 8}
        limit={200}
        clearable={!p.required}
        onChange={(v) => {
          change(v ?? '')
        }}
      />
    )
  if (p.date && !value.includes('${'))
    return (
      <TextInput
        {...shared}
        type="date"
        value={value}
        onChange={(e) => {
          change(e.currentTarget.value)
        }}
      />
    )
  if (p.number)
    return (
      <TextInput
        {...shared}
        inputMode="decimal"
        value={value}
        onChange={(e) => {
          change(e.currentTarget.value)
        }}
      />
    )
  return (
    <Textarea
      {...shared}
      autosize
      minRows={1}
      maxRows={10}
      value={value}
      onChange={(e) => {
        change(e.currentTarget.value)
      }}
      // Enter starts, as in every form; with Shift it is a new line.
      onKeyDown={(e) => {
        if (e.key === 'Enter' && !e.shiftKey && !e.nativeEvent.isComposing) {
          e.preventDefault()
          e.currentTarget.form?.requestSubmit()
        }
      }}
    />
  )
}
