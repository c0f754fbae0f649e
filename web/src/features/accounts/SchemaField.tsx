import {
  ActionIcon,
  Box,
  Button,
  Input,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core'
import { IconLock, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useAccountT } from '@/i18n/accounts'
import classes from './DefinitionForm.module.css'
import type { Entry, Field, Secret, Value } from './schemaFields'

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

type Wrapper = { label?: ReactNode; description?: ReactNode; error?: ReactNode; withAsterisk?: boolean }

/** A secret: what is stored is not shown, and stays unless another takes its place. */
function SecretField({
  name,
  wrapper,
  secret,
  change,
  remove,
}: {
  name: string
  wrapper: Wrapper
  secret: Secret
  change: (s: Secret) => void
  remove?: () => void
}) {
  const t = useAccountT()
  const [replacing, setReplacing] = useState(false)
  // A problem is solved by giving it anew.
  if (secret.stored && !replacing && !wrapper.error) {
    return (
      <Input.Wrapper {...wrapper} labelElement="div">
        <div className={classes.kept} style={{ marginTop: wrapper.label ? 4 : 0 }}>
          <IconLock size={15} aria-hidden />
          <span>{t('secret.kept')}</span>
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={t('secret.replaceOne', { label: name })}
            onClick={() => {
              setReplacing(true)
            }}
          >
            {t('secret.replace')}
          </Button>
          {remove && (
            <Tooltip label={t('secret.remove', { label: name })}>
              <ActionIcon size="sm" aria-label={t('secret.remove', { label: name })} onClick={remove}>
                <IconTrash size={14} />
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      </Input.Wrapper>
    )
  }
  return (
    <PasswordInput
      {...wrapper}
      aria-label={wrapper.label ? undefined : name}
      aria-invalid={wrapper.error ? true : undefined}
      autoComplete="new-password"
      spellCheck={false}
      data-1p-ignore
      value={secret.text}
      ref={replacing ? focused : undefined}
      placeholder={secret.stored ? t('secret.will') : undefined}
      visibilityToggleButtonProps={{ 'aria-label': t('secret.show', { label: name }), tabIndex: 0 }}
      onChange={(e) => {
        change({ ...secret, text: e.currentTarget.value })
      }}
    />
  )
}

// Who asks to write another goes on there.
const focused = (input: HTMLInputElement | null) => {
  input?.focus()
}

/** Names and their values, which may be secret. */
function MapField({
  secret,
  rows,
  change,
  problem = '',
  ...wrapper
}: Wrapper & { problem?: string; secret: boolean; rows: readonly Entry[]; change: (rows: Entry[]) => void }) {
  const t = useAccountT()
  const replace = (id: number, next: Partial<Entry>) => {
    change(rows.map((r) => (r.id === id ? { ...r, ...next } : r)))
  }
  // A problem names the entry it is about; one that doesn't is about their names.
  const wrong = rows.filter((r) => problem.split('\n').some((line) => line.startsWith(`${r.key}: `)))
  const nameless = problem !== '' && wrong.length === 0
  return (
    <Input.Wrapper {...wrapper} labelElement="div">
      <Stack gap={6} mt={4}>
        {rows.map((row, i) => {
          const name = row.key || String(i + 1)
          const value = t('map.valueOf', { key: name })
          return (
            <div key={row.id} className={classes.entry}>
              <TextInput
                aria-label={t('map.keyOf', { n: i + 1 })}
                placeholder={t('map.key')}
                autoComplete="off"
                spellCheck={false}
                readOnly={row.stored}
                variant={row.stored ? 'filled' : 'default'}
                error={nameless}
                value={row.key}
                onChange={(e) => {
                  replace(row.id, { key: e.currentTarget.value })
                }}
              />
              {secret ? (
                <SecretField
                  name={value}
                  wrapper={{ error: wrong.includes(row) }}
                  secret={row}
                  change={(s) => {
                    replace(row.id, { text: s.text })
                  }}
                />
              ) : (
                <TextInput
                  aria-label={value}
                  placeholder={t('map.value')}
                  autoComplete="off"
                  spellCheck={false}
                  error={wrong.includes(row)}
                  value={row.text}
                  onChange={(e) => {
                    replace(row.id, { text: e.currentTarget.value })
                  }}
                />
              )}
              <ActionIcon
                aria-label={t('map.remove', { key: name })}
                onClick={() => {
                  change(rows.filter((r) => r.id !== row.id))
                }}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </div>
          )
        })}
        <Box>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} />}
            onClick={() => {
              change([
                ...rows,
                { id: Math.max(-1, ...rows.map((r) => r.id)) + 1, key: '', stored: false, text: '' },
              ])
            }}
          >
            {t('map.add')}
          </Button>
        </Box>
      </Stack>
    </Input.Wrapper>
  )
}
