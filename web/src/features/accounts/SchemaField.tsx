import { NumberInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useAccountT } from '@/i18n/accounts'
import type { Entry, Field, Secret, Value } from './schemaFields'
import { SecretField } from './SecretField'
import { MapField } from './MapField'

type Props = { field: Field; value: Value; problem?: string; change: (value: Value) => void }

/** A field of an account, by what its schema says of it. */
export function SchemaField({ field: f, value, problem, change }: Props) {
  const t = useAccountT()
  const common = {
    label: f.label,
    description: f.help || undefined,
    error: problem && <span style={{ whiteSpace: 'pre-line' }}>{problem}</span>,
    withAsterisk: f.required,
  }
  switch (f.kind) {
    case 'boolean':
      return (
        <Switch
          label={f.label}
          description={common.description}
          error={common.error}
          checked={value === true}
          onChange={(e) => {
            change(e.currentTarget.checked)
          }}
        />
      )
    case 'number':
      return (
        <NumberInput {...common} allowDecimal={!f.whole} value={value as number | string} onChange={change} />
      )
    case 'choice':
      return (
        <Select
          {...common}
          data={f.choices}
          clearable={!f.required}
          value={value === '' ? null : String(value as string)}
          onChange={(v) => {
            change(v ?? '')
          }}
        />
      )
    case 'list':
      return (
        <TagsInput
          {...common}
          description={[f.help, t('list')].filter(Boolean).join(' ')}
          value={value as string[]}
          onChange={change}
        />
      )
    case 'secret': {
      const secret = value as Secret
      return (
        <SecretField
          name={f.label}
          wrapper={common}
          secret={secret}
          change={change}
          remove={
            f.required
              ? undefined
              : () => {
                  change({ stored: false, text: '' })
                }
          }
        />
      )
    }
    case 'map':
      return (
        <MapField {...common} problem={problem} secret={f.secret} rows={value as Entry[]} change={change} />
      )
    case 'json':
      return (
        <Textarea
          {...common}
          description={[f.help, f.inner.length > 0 ? t('json', { names: f.inner.join(', ') }) : '']
            .filter(Boolean)
            .join(' ')}
          autosize
          minRows={2}
          maxRows={12}
          spellCheck={false}
          autoComplete="off"
          styles={{
            input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 'var(--text-xs)' },
          }}
          value={String(value as string)}
          onChange={(e) => {
            change(e.currentTarget.value)
          }}
        />
      )
    case 'text':
      return (
        <TextInput
          {...common}
          autoComplete="off"
          spellCheck={false}
          value={String(value as string)}
          onChange={(e) => {
            change(e.currentTarget.value)
          }}
        />
      )
  }
}
