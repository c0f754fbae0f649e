import { ActionIcon, Autocomplete, Box, Button, Group, Input, Select, Skeleton, Stack, Switch, TagsInput, Text, Textarea, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useT } from '@/i18n'
import { isObject, textOf, type Json } from './model'
import { numberOrText } from './schema'
import { readAny, readDocuments, write, writeDocuments } from '@/lib/texts'

// The fields that forms are made of. Each shows what is there, whatever it is: an
// expression may stand for anything. Nothing is changed that nobody has touched.

const CodeEditor = lazy(() => import('@/components/CodeEditor'))

type Of<T> = { label: string; help?: string; value: unknown; onChange: (value: T | undefined) => void; required?: boolean }

export function TextField({ label, help, value, onChange, required, placeholder, choices, lines }: Of<string> & { placeholder?: string; choices?: readonly string[]; lines?: number }) {
  const props = { label, description: help, value: textOf(value), placeholder, required, withAsterisk: required, autoComplete: 'off' }
  if (choices) return <Autocomplete {...props} data={[...new Set(choices)]} limit={50} onChange={(v) => { onChange(v === '' ? undefined : v) }} />
  if (lines) return <Textarea {...props} autosize minRows={lines} maxRows={14} onChange={(e) => { onChange(e.currentTarget.value === '' ? undefined : e.currentTarget.value) }} />
  return <TextInput {...props} onChange={(e) => { onChange(e.currentTarget.value === '' ? undefined : e.currentTarget.value) }} />
}

export function NumberField({ unit, ...of }: Of<number | string> & { unit?: string; placeholder?: string }) {
  return (
    <TextInput
      label={of.label} description={of.help} value={textOf(of.value)} placeholder={of.placeholder} inputMode="numeric" required={of.required} withAsterisk={of.required} autoComplete="off"
      rightSection={unit && <Text size="xs" c="dimmed" pr={10}>{unit}</Text>} rightSectionWidth={unit ? 'auto' : undefined}
      onChange={(e) => { of.onChange(numberOrText(e.currentTarget.value)) }}
    />
  )
}

export function SwitchField({ label, help, value, onChange, otherwise = false }: Of<boolean> & { otherwise?: boolean }) {
  const text = textOf(value)
  if (text.includes('${')) return <TextField label={label} help={help} value={value} onChange={(v) => { onChange(v as unknown as boolean) }} />
  const on = text === '' ? otherwise : text.toLowerCase() === 'true'
  return <Switch label={label} description={help} checked={on} onChange={(e) => { onChange(e.currentTarget.checked) }} />
}

export function ChoiceField({ label, help, value, onChange, required, choices, clearable = true, placeholder }: Of<string> & { choices: readonly (string | { value: string; label: string })[]; clearable?: boolean; placeholder?: string }) {
  const text = textOf(value)
  const options = choices.map((c) => (typeof c === 'string' ? { value: c, label: c } : c)).filter((c) => c.value !== '')
  const data = text === '' || options.some((o) => o.value === text) ? options : [...options, { value: text, label: text }]
  return <Select label={label} description={help} placeholder={placeholder} value={text === '' ? null : text} data={data} searchable={data.length > 8} clearable={clearable} allowDeselect={clearable} required={required} withAsterisk={required} onChange={(v) => { onChange(v ?? undefined) }} />
}

export function TextsField({ label, help, value, onChange, choices }: Of<string[]> & { choices?: string[] }) {
  if (typeof value === 'string') return <TextField label={label} help={help} value={value} onChange={(v) => { onChange(v as unknown as string[]) }} />
  const list = Array.isArray(value) ? value.map(textOf) : []
  return <TagsInput label={label} description={help} value={[...new Set(list)]} data={choices} onChange={(v) => { onChange(v.length > 0 ? v : undefined) }} />
}

/** Numbers in a list, such as status codes. */
export function NumbersField(of: Of<(number | string)[]>) {
  return <TextsField {...of} onChange={(v) => { of.onChange(v?.map((x) => numberOrText(x) ?? x)) }} />
}

/** Names and their values. */
export function PairsField({ label, help, value, onChange }: Of<Json>) {
  const t = useT()
  const object = isObject(value) ? value : {}
  const [rows, setRows] = useState<{ key: string; value: unknown }[]>(() => Object.entries(object).map(([key, v]) => ({ key, value: v })))
  const shown = rowsAsObject(rows)
  const current = JSON.stringify(shown) === JSON.stringify(object) ? rows : Object.entries(object).map(([key, v]) => ({ key, value: v }))
  const set = (next: { key: string; value: unknown }[]) => {
    setRows(next)
    const out = rowsAsObject(next)
    onChange(Object.keys(out).length > 0 ? out : undefined)
  }
  return (
    <Input.Wrapper label={label} description={help} labelElement="div">
      <Stack gap={6} mt={4}>
        {current.map((row, i) => (
          <Group key={i} gap={6} wrap="nowrap">
            <TextInput aria-label={t('editor.key')} placeholder={t('editor.key')} value={row.key} style={{ flex: 2 }} onChange={(e) => { set(current.map((r, j) => (i === j ? { ...r, key: e.currentTarget.value } : r))) }} />
            <TextInput aria-label={t('editor.value')} placeholder={t('editor.value')} value={textOf(row.value)} style={{ flex: 3 }} onChange={(e) => { set(current.map((r, j) => (i === j ? { ...r, value: e.currentTarget.value } : r))) }} />
            <ActionIcon aria-label={t('editor.remove')} onClick={() => { set(current.filter((_, j) => j !== i)) }}><IconTrash size={15} /></ActionIcon>
          </Group>
        ))}
        <Box><Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={13} />} onClick={() => { set([...current, { key: '', value: '' }]) }}>{t('editor.addRow')}</Button></Box>
      </Stack>
    </Input.Wrapper>
  )
}

const rowsAsObject = (rows: readonly { key: string; value: unknown }[]): Json => Object.fromEntries(rows.filter((r) => r.key !== '').map((r) => [r.key, r.value]))

/** A list of things, each in a card of its own. */
export function ListField({ label, help, value, onChange, make, add, render }: Of<Json[]> & { make: () => Json; add: string; render: (item: Json, change: (next: Json) => void) => ReactNode }) {
  const t = useT()
  const list = Array.isArray(value) ? (value as unknown[]) : []
  const set = (next: unknown[]) => { onChange(next.length > 0 ? (next as Json[]) : undefined) }
  return (
    <Input.Wrapper label={label} description={help} labelElement="div">
      <Stack gap={8} mt={label ? 4 : 0}>
        {list.map((item, i) => (
          <Box key={i} p="sm" style={{ border: '1px solid var(--app-line)', borderRadius: 8, position: 'relative' }}>
            <ActionIcon aria-label={t('editor.remove')} size="sm" style={{ position: 'absolute', top: 6, right: 6, zIndex: 1 }} onClick={() => { set(list.filter((_, j) => j !== i)) }}><IconTrash size={14} /></ActionIcon>
            {isObject(item) ? render(item, (next) => { set(list.map((x, j) => (i === j ? next : x))) }) : <Text className="mono">{textOf(item)}</Text>}
          </Box>
        ))}
        <Box><Button size="compact-xs" variant="light" leftSection={<IconPlus size={13} />} onClick={() => { set([...list, make()]) }}>{add}</Button></Box>
      </Stack>
    </Input.Wrapper>
  )
}

/** A value of any shape, as YAML. */
export function ValueField({ label, help, value, onChange, words }: Of<unknown> & { words?: readonly string[] }) {
  return <CodeField label={label} help={help} value={value} onChange={onChange} words={words} toText={(v) => (v === undefined ? '' : write(v, 'yaml'))} toValue={(text) => (text.trim() === '' ? { value: undefined } : readAny(text, 'yaml'))} />
}

/** Kubernetes objects, as YAML documents. */
export function ManifestsField({ single = false, ...of }: Of<unknown> & { single?: boolean; words?: readonly string[] }) {
  return (
    <CodeField
      {...of}
      toText={(v) => (v === undefined || v === null ? '' : typeof v === 'string' ? v : writeDocuments(Array.isArray(v) ? (v as unknown[]) : [v]))}
      toValue={(text) => {
        const read = readDocuments(text)
        if ('problem' in read) return read
        if (read.values.length === 0) return { value: undefined }
        return { value: single && read.values.length === 1 ? read.values[0] : read.values }
      }}
    />
  )
}

type Code = Of<unknown> & { words?: readonly string[]; toText: (value: unknown) => string; toValue: (text: string) => { value: unknown } | { problem: string; at?: number } }

// While a text is being written it is the text that counts, not what it means: a
// broken one stays as it is until it makes sense again.
function CodeField({ label, help, value, onChange, words, toText, toValue }: Code) {
  const t = useT()
  const [written, setWritten] = useState<{ text: string; for: unknown; problem?: string; at?: number }>()
  const mine = written && (written.problem !== undefined || written.for === value) ? written : undefined
  const text = mine?.text ?? toText(value)
  return (
    <Input.Wrapper label={label} description={help} labelElement="div" error={mine?.problem && t('editor.broken', { problem: mine.problem === 'notObject' ? t('editor.notObject') : mine.problem })}>
      <Box mt={4}>
        <Suspense fallback={<Skeleton height={120} />}>
          <CodeEditor
            value={text} form="yaml" label={label} words={words} problem={mine?.problem ? { message: mine.problem, at: mine.at } : undefined}
            onChange={(next) => {
              const parsed = toValue(next)
              if ('problem' in parsed) setWritten({ text: next, for: value, ...parsed })
              else {
                setWritten({ text: next, for: parsed.value })
                onChange(parsed.value)
              }
            }}
          />
        </Suspense>
      </Box>
    </Input.Wrapper>
  )
}
