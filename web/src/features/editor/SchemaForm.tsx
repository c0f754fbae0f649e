import { Button, Fieldset, Stack } from '@mantine/core'
import { useState } from 'react'
import { useT } from '@/i18n'
import { ChoiceField, ListField, NumberField, SwitchField, TextField, TextsField, ValueField } from './fields'
import { isObject, setField, type Json } from './model'
import type { Field } from './schema'

type Props = {
  fields: readonly Field[]
  value: Json
  onChange: (next: Json, topic: string) => void
  suggest: (field: string) => readonly string[] | undefined
  words: readonly string[]
}

const few = 7

/** A form made from a schema: what is needed and what is set at once, the rest when asked for. */
export function SchemaForm({ fields, value, onChange, suggest, words }: Props) {
  const t = useT()
  const [all, setAll] = useState(false)
  const first =
    fields.length <= few
      ? fields
      : fields.filter((f, i) => f.required || value[f.name] !== undefined || i < 4)
  const shown = all ? fields : first
  return (
    <Stack gap="sm">
      {shown.map((f) => (
        <FieldView
          key={f.name}
          field={f}
          value={value[f.name]}
          set={(v) => {
            onChange(setField(value, f.name, v), f.name)
          }}
          suggest={suggest}
          words={words}
        />
      ))}
      {shown.length < fields.length && (
        <Button
          size="compact-sm"
          variant="subtle"
          style={{ alignSelf: 'start' }}
          onClick={() => {
            setAll(true)
          }}
        >
          {t('editor.moreFields', { n: fields.length - shown.length })}
        </Button>
      )}
    </Stack>
  )
}

function FieldView({
  field: f,
  value,
  set,
  suggest,
  words,
}: {
  field: Field
  value: unknown
  set: (value: unknown) => void
  suggest: Props['suggest']
  words: readonly string[]
}) {
  const t = useT()
  const props = { label: f.label, help: f.help, value, onChange: set, required: f.required }
  const unset = f.default === undefined ? undefined : String(f.default as string | number | boolean)
  switch (f.kind) {
    case 'text':
      return <TextField {...props} placeholder={unset} choices={suggest(f.name)} />
    case 'number':
      return <NumberField {...props} placeholder={unset} />
    case 'switch':
      return <SwitchField {...props} otherwise={f.default === true} />
    case 'choice':
      return <ChoiceField {...props} choices={f.choices} placeholder={unset} />
    case 'texts':
      return <TextsField {...props} choices={suggest(f.name)?.slice()} />
    case 'object': {
      const object = isObject(value) ? value : {}
      return (
        <Fieldset legend={f.label} radius="md" p="sm">
          <SchemaForm
            fields={f.fields}
            value={object}
            onChange={(next) => {
              set(Object.keys(next).length > 0 ? next : undefined)
            }}
            suggest={suggest}
            words={words}
          />
        </Fieldset>
      )
    }
    case 'objects':
      return (
        <ListField
          {...props}
          make={() => ({})}
          add={t('editor.addRow')}
          render={(item, change) => (
            <SchemaForm fields={f.fields} value={item} onChange={change} suggest={suggest} words={words} />
          )}
        />
      )
    case 'any':
      return <ValueField {...props} words={words} />
  }
}
