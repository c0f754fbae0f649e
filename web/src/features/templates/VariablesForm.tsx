import { Stack, Text } from '@mantine/core'
import { NumberField, SwitchField, TextField, TextsField, ValueField } from '@/features/editor/fields'
import { useTemplatesT } from '@/i18n/templates'
import { textOf, type Json } from '@/lib/json'
import type { Variable } from './model'

/** The values for a template's variables, each as its type wants it; others that are there are kept. */
export function VariablesForm({
  variables,
  value,
  onChange,
}: {
  variables: readonly Variable[]
  value: Json
  onChange: (next: Json) => void
}) {
  const t = useTemplatesT()
  if (variables.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('noVariables')}
      </Text>
    )
  return (
    <Stack gap="sm">
      {variables.map((v) => (
        <Field
          key={v.name}
          variable={v}
          value={value[v.name]}
          set={(next) => {
            onChange(
              next === undefined
                ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== v.name))
                : { ...value, [v.name]: next },
            )
          }}
        />
      ))}
    </Stack>
  )
}

function Field({
  variable: v,
  value,
  set,
}: {
  variable: Variable
  value: unknown
  set: (value: unknown) => void
}) {
  const t = useTemplatesT()
  const help =
    [v.description, v.example && t('example', { value: v.example })].filter(Boolean).join(' · ') || undefined
  const placeholder = v.default === undefined ? undefined : textOf(v.default)
  const of = { name: v.name, label: v.name, help, required: v.required, value, onChange: set }
  switch (v.type) {
    case 'int':
    case 'integer':
    case 'float':
    case 'double':
      return <NumberField {...of} placeholder={placeholder} />
    case 'bool':
    case 'boolean':
      return <SwitchField {...of} otherwise={v.default === true} />
    case 'string':
      return <TextField {...of} placeholder={placeholder} />
    case 'list':
      return <TextsField {...of} value={value ?? v.default} />
    default:
      return <ValueField {...of} value={value ?? v.default} />
  }
}
