import {
  ActionIcon,
  Autocomplete,
  Box,
  Button,
  Group,
  Input,
  Select,
  Skeleton,
  Stack,
  Switch,
  TagsInput,
  Text as Words,
  Textarea,
  TextInput,
  type OptionsFilter,
} from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { lazy, Suspense, use, useState, type ReactNode } from 'react'
import { useT } from '@/i18n'
import { completions, openWord } from '@/lib/expressions'
import { ExpressionHint } from './ExpressionHint'
import { isObject, moved, textOf, type Json } from './model'
import { useWords } from './run'
import { numberOrText } from './schema'
import { readAny, readDocuments, write, writeDocuments } from '@/lib/texts'
import { inside, PlaceContext, UnreadContext } from './unread'

// The fields that forms are made of. Each shows what is there, whatever it is: an
// expression may stand for anything. Nothing is changed that nobody has touched.

const CodeEditor = lazy(() => import('./ExpressionEditor'))

type Of<T> = {
  name?: string
  label: string
  help?: string
  value: unknown
  onChange: (value: T | undefined) => void
  required?: boolean
}

// A value of another shape than a field is for is shown as it is.
function isOdd(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

type Text = Of<string> & { placeholder?: string; choices?: readonly string[]; lines?: number }

export function TextField(of: Text) {
  if (isOdd(of.value))
    return (
      <ValueField
        name={of.name}
        label={of.label}
        help={of.help}
        value={of.value}
        onChange={(v) => {
          of.onChange(v as string | undefined)
        }}
      />
    )
  return of.lines ? <Lines {...of} /> : <Line {...of} />
}

function Lines({ label, help, value, onChange, required, placeholder, lines }: Text) {
  const text = textOf(value)
  return (
    <div>
      <Textarea
        label={label}
        description={help}
        value={text}
        placeholder={placeholder}
        required={required}
        withAsterisk={required}
        autoComplete="off"
        autosize
        minRows={lines}
        maxRows={14}
        onChange={(e) => {
          onChange(e.currentTarget.value === '' ? undefined : e.currentTarget.value)
        }}
      />
      <ExpressionHint text={text} />
    </div>
  )
}

const all: OptionsFilter = ({ options }) => options

// One line: of what may be chosen, and in an expression of what it may read.
function Line({
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

export function NumberField(of: Of<number | string> & { unit?: string; placeholder?: string }) {
  if (isOdd(of.value))
    return (
      <ValueField
        {...of}
        onChange={(v) => {
          of.onChange(v as number | undefined)
        }}
      />
    )
  return (
    <Line
      {...of}
      numeric
      onChange={(v) => {
        of.onChange(numberOrText(v ?? ''))
      }}
    />
  )
}

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

/** Numbers in a list, such as status codes. */
export function NumbersField(of: Of<(number | string)[]>) {
  return (
    <TextsField
      {...of}
      onChange={(v) => {
        of.onChange(
          Array.isArray(v)
            ? v.map((x: unknown) => (typeof x === 'string' ? (numberOrText(x) ?? x) : (x as number)))
            : v,
        )
      }}
    />
  )
}

/** Names and their values. */
export function PairsField(of: Of<Json>) {
  if (
    (of.value !== undefined && of.value !== null && !isObject(of.value)) ||
    (isObject(of.value) && Object.values(of.value).some(isOdd))
  )
    return (
      <ValueField
        {...of}
        onChange={(v) => {
          of.onChange(v as Json | undefined)
        }}
      />
    )
  return <Pairs {...of} />
}

function Pairs({ label, help, value, onChange }: Of<Json>) {
  const t = useT()
  const object = isObject(value) ? value : {}
  const [rows, setRows] = useState<{ key: string; value: unknown }[]>(() =>
    Object.entries(object).map(([key, v]) => ({ key, value: v })),
  )
  const shown = rowsAsObject(rows)
  const current =
    JSON.stringify(shown) === JSON.stringify(object)
      ? rows
      : Object.entries(object).map(([key, v]) => ({ key, value: v }))
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
            <TextInput
              aria-label={t('editor.key')}
              placeholder={t('editor.key')}
              value={row.key}
              style={{ flex: 2 }}
              onChange={(e) => {
                set(current.map((r, j) => (i === j ? { ...r, key: e.currentTarget.value } : r)))
              }}
            />
            <TextInput
              aria-label={t('editor.value')}
              placeholder={t('editor.value')}
              value={textOf(row.value)}
              style={{ flex: 3 }}
              onChange={(e) => {
                set(current.map((r, j) => (i === j ? { ...r, value: e.currentTarget.value } : r)))
              }}
            />
            <ActionIcon
              aria-label={t('editor.remove')}
              onClick={() => {
                set(current.filter((_, j) => j !== i))
              }}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </Group>
        ))}
        <Box>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} />}
            onClick={() => {
              set([...current, { key: '', value: '' }])
            }}
          >
            {t('editor.addRow')}
          </Button>
        </Box>
      </Stack>
    </Input.Wrapper>
  )
}

const rowsAsObject = (rows: readonly { key: string; value: unknown }[]): Json =>
  Object.fromEntries(rows.filter((r) => r.key !== '').map((r) => [r.key, r.value]))

/** A list of things, each in a card of its own. */
export function ListField({
  label,
  help,
  value,
  onChange,
  make,
  add,
  render,
  ordered = false,
}: Of<Json[]> & {
  make: () => Json
  add: string
  ordered?: boolean
  render: (item: Json, change: (next: Json) => void) => ReactNode
}) {
  const t = useT()
  const place = use(PlaceContext)
  const list = Array.isArray(value) ? (value as unknown[]) : []
  if (value !== undefined && value !== null && !Array.isArray(value))
    return (
      <ValueField
        label={label || add}
        help={help}
        value={value}
        onChange={(v) => {
          onChange(v as Json[] | undefined)
        }}
      />
    )
  const set = (next: unknown[]) => {
    onChange(next.length > 0 ? (next as Json[]) : undefined)
  }
  return (
    <Input.Wrapper label={label} description={help} labelElement="div">
      <Stack gap={8} mt={label ? 4 : 0}>
        {list.map((item, i) => (
          <Box
            key={i}
            p="sm"
            style={{ border: '1px solid var(--app-line)', borderRadius: 8, position: 'relative' }}
          >
            <Group gap={0} style={{ position: 'absolute', top: 6, right: 6, zIndex: 1 }}>
              {ordered && list.length > 1 && (
                <>
                  <ActionIcon
                    aria-label={t('editor.moveUp')}
                    size="sm"
                    disabled={i === 0}
                    onClick={() => {
                      set(moved(list, i, i - 1))
                    }}
                  >
                    <IconChevronUp size={14} />
                  </ActionIcon>
                  <ActionIcon
                    aria-label={t('editor.moveDown')}
                    size="sm"
                    disabled={i === list.length - 1}
                    onClick={() => {
                      set(moved(list, i, i + 1))
                    }}
                  >
                    <IconChevronDown size={14} />
                  </ActionIcon>
                </>
              )}
              <ActionIcon
                aria-label={t('editor.remove')}
                size="sm"
                onClick={() => {
                  set(list.filter((_, j) => j !== i))
                }}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </Group>
            <PlaceContext value={inside(place, `${label}[${i}]`)}>
              {isObject(item) ? (
                render(item, (next) => {
                  set(list.map((x, j) => (i === j ? next : x)))
                })
              ) : (
                <Words className="mono">{textOf(item) || 'null'}</Words>
              )}
            </PlaceContext>
          </Box>
        ))}
        <Box>
          <Button
            size="compact-xs"
            variant="light"
            leftSection={<IconPlus size={13} />}
            onClick={() => {
              set([...list, make()])
            }}
          >
            {add}
          </Button>
        </Box>
      </Stack>
    </Input.Wrapper>
  )
}

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

/** Kubernetes objects, as YAML documents. */
export function ManifestsField({
  single = false,
  ...of
}: Of<unknown> & { single?: boolean; words?: readonly string[] }) {
  return (
    <CodeField
      {...of}
      toText={(v) =>
        v === undefined || v === null
          ? ''
          : typeof v === 'string'
            ? v
            : writeDocuments(Array.isArray(v) ? (v as unknown[]) : [v])
      }
      toValue={(text) => {
        const read = readDocuments(text)
        if ('problem' in read) return read
        if (read.values.length === 0) return { value: undefined }
        return { value: single && read.values.length === 1 ? read.values[0] : read.values }
      }}
    />
  )
}

type Code = Of<unknown> & {
  words?: readonly string[]
  toText: (value: unknown) => string
  toValue: (text: string) => { value: unknown } | { problem: string; at?: number }
}

// While a text is being written it is the text that counts, not what it means: a
// broken one stays as it is until it makes sense again.
function CodeField({ name, label, help, value, onChange, words, toText, toValue }: Code) {
  const t = useT()
  const { texts, set } = use(UnreadContext)
  const place = inside(use(PlaceContext), name ?? label)
  const broken = texts[place]
  const [written, setWritten] = useState<{ text: string; for: unknown }>()
  const text = broken?.text ?? (written && written.for === value ? written.text : toText(value))
  return (
    <Input.Wrapper
      label={label}
      description={help}
      labelElement="div"
      error={
        broken &&
        t('editor.broken', {
          problem: broken.problem === 'notObject' ? t('editor.notObject') : broken.problem,
        })
      }
    >
      <Box mt={4}>
        <Suspense fallback={<Skeleton height={120} />}>
          <CodeEditor
            value={text}
            form="yaml"
            label={label}
            words={words}
            problem={broken && { message: broken.problem, at: broken.at }}
            onChange={(next) => {
              const parsed = toValue(next)
              if ('problem' in parsed) set(place, { text: next, ...parsed })
              else {
                if (broken) set(place, undefined)
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
